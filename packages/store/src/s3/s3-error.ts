import {
  BucketMissingError,
  ObjectNotFoundError,
  StoreAccessError,
  StoreChecksumError,
  StoreClockError,
  StoreFailureError,
  StoreFullError,
  StoreRegionError,
  StoreUnreachableError,
} from '../store-errors.js';
import type { S3Address } from './s3-address.js';
import type { S3Failure } from './s3-failure.js';

const UNREACHED =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ERR_SOCKET|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|TimeoutError|TimeoutException|RequestTimeout$|NetworkingError|EPROTO|HPE_)/;
const WRONG_CREDENTIALS =
  /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|AuthorizationHeaderMalformed|AuthFailure|NotSignedUp|InvalidSecurity)$/;
/** The bytes that arrived are not those that were sent. */
export const DAMAGED = /^(?:BadDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch)$/;
const FULL =
  /^(?:XMinioStorageFull|InsufficientStorage|QuotaExceeded|XMinioAdminBucketQuotaExceeded|StorageFull)$/;

/** A failed request as its answers are told: by name, status and what the server says. */
interface Told extends S3Failure {
  readonly address: S3Address;
  /** Of the object, as the store names it. */
  readonly key: string;
  /** Name and message, without secrets. */
  readonly said: string;
  /** The HTTP status in brackets, or nothing. */
  readonly inBrackets: string;
  readonly where: string;
  readonly options: { readonly cause: Error };
}

/** The error of a failed request of one kind; null: it is of another. */
type Reading = (told: Told) => Error | null;

/** The first that knows the failure says it. */
const READINGS: readonly Reading[] = [
  notSet,
  otherRegion,
  clockApart,
  wrongCredentials,
  absent,
  damaged,
  refused,
  unreached,
];

/**
 * What a failed request means to the store's user, and what to do. The cause that is kept says the server's
 * name for it and its message, without the `secrets`; the SDK's own error would carry keys and signatures.
 */
export function s3Error(
  address: S3Address,
  key: string,
  failure: S3Failure,
  secrets: readonly string[],
): Error {
  const hide = (text: string): string =>
    secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), text);
  const said = hide(failure.message === '' ? failure.name : `${failure.name}: ${failure.message}`);
  const { endpoint, bucket } = address;
  const server = endpoint ?? 'Amazon S3';
  const where = `[endpoint=${server}, bucket=${bucket}, key=${address.prefix}${key}]`;
  const inBrackets = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  const options = { cause: new Error(`${said}${inBrackets}`) };
  const told: Told = { ...failure, address, key, said, inBrackets, where, options };
  for (const reading of READINGS) {
    const error = reading(told);
    if (error !== null) return error;
  }
  return new StoreFailureError(`the S3 server refused${inBrackets}: ${said} ${where}`, options);
}

/** Credentials or a region that nobody set. */
function notSet({ name, said, where, options }: Told): Error | null {
  if (/^(?:CredentialsProviderError|CredentialsError)$/.test(name) || /credential.*is missing/i.test(said)) {
    return new StoreAccessError(
      `no S3 credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a ` +
        `profile of ~/.aws, or run where a role gives them ${where}`,
      options,
    );
  }
  if (/region is missing/i.test(said)) {
    return new StoreRegionError(
      `no S3 region is set: set AWS_REGION, or add ?region=NAME to the address; for a server other than ` +
        `Amazon's set AWS_ENDPOINT_URL_S3 too (\`unitscope dev\` writes its own to .unitscope-dev/env) ${where}`,
      options,
    );
  }
  return null;
}

function otherRegion(told: Told): Error | null {
  const { name, status, message, where, options } = told;
  if (status === 301 || status === 307 || name === 'PermanentRedirect' || wrongRegion(told)) {
    const region = told.region ?? /expecting '([\w-]+)'/.exec(message)?.[1];
    const fix =
      region === undefined ? 'set AWS_REGION to the region of the bucket' : `set AWS_REGION=${region}`;
    return new StoreRegionError(`the bucket is not in the region that was asked: ${fix} ${where}`, options);
  }
  return null;
}

function clockApart({ name, where, options }: Told): Error | null {
  if (name === 'RequestTimeTooSkewed' || name === 'RequestExpired' || name === 'RequestInTheFuture') {
    return new StoreClockError(
      `the clock of this machine (${new Date().toISOString()}) and the server's differ too much for signed ` +
        `requests: set the clock, e.g. by turning on NTP ${where}`,
      options,
    );
  }
  return null;
}

function wrongCredentials({ name, where, options }: Told): Error | null {
  if (WRONG_CREDENTIALS.test(name)) {
    const expired = /Expired|Refresh/.test(name)
      ? 'have expired: renew them'
      : 'are wrong for this server: check';
    return new StoreAccessError(
      `the S3 credentials ${expired} AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the ` +
        `profile in AWS_PROFILE (the server says ${name}) ${where}`,
      options,
    );
  }
  return null;
}

/** What is not there: bucket, upload, object. */
function absent({ address: { uri, bucket }, key, name, status, where, options }: Told): Error | null {
  if (name === 'NoSuchBucket') {
    return new BucketMissingError(
      `there is no bucket "${bucket}": make it (aws s3 mb s3://${bucket}), or mend the address; if it is there, ` +
        `check AWS_ENDPOINT_URL_S3 and UNITSCOPE_S3_PATH_STYLE ${where}`,
      options,
    );
  }
  if (name === 'NoSuchUpload') {
    return new StoreFailureError(`the upload was removed before it was complete ${where}`, options);
  }
  if (name === 'NoSuchKey' || name === 'NotFound' || status === 404) {
    return new ObjectNotFoundError(uri, key, options);
  }
  return null;
}

/** What arrived otherwise than it was sent, or with a checksum that the server does not take. */
function damaged({ name, status, said, where, options }: Told): Error | null {
  if (DAMAGED.test(name)) {
    return new StoreFailureError(
      `the object arrived damaged each time it was sent (the server says ${said}): check the network, a proxy in ` +
        `between, and this machine's memory ${where}`,
      options,
    );
  }
  if (/checksum|x-amz-sdk/i.test(said) && (status === 400 || status === 501)) {
    return new StoreChecksumError(
      `the server refuses the checksum sent with the object: set UNITSCOPE_S3_CHECKSUMS=WHEN_REQUIRED, or add ` +
        `?checksums=WHEN_REQUIRED to the address (the server says ${said}) ${where}`,
      options,
    );
  }
  return null;
}

/** What the server could do and does not. */
function refused({ name, status, said, where, options }: Told): Error | null {
  if (FULL.test(name) || status === 507) {
    return new StoreFullError(
      `no space left on the S3 server (${said}); what was stored before stays ${where}`,
      options,
    );
  }
  if (status === 403 || status === 401) {
    return new StoreAccessError(
      `access denied: these S3 credentials may not do this; grant s3:ListBucket, s3:GetObject, s3:PutObject, ` +
        `s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads on the bucket, or use ` +
        `others (the server says ${said}) ${where}`,
      options,
    );
  }
  return null;
}

/** No answer, or none of an S3 server. */
function unreached({ name, said, inBrackets, where, options }: Told): Error | null {
  if (/XML parse error|Deserialization error/.test(said)) {
    return new StoreUnreachableError(
      `what answers${inBrackets} is no S3 server: check the address and port of AWS_ENDPOINT_URL_S3 ${where}`,
    );
  }
  if (UNREACHED.test(name)) {
    return new StoreUnreachableError(
      `the S3 server does not answer (${said}): check that it runs, and AWS_ENDPOINT_URL_S3, network, proxy and ` +
        `certificate ${where}`,
      options,
    );
  }
  return null;
}

function wrongRegion({ name, message }: S3Failure): boolean {
  return (
    (name === 'AuthorizationHeaderMalformed' && /region/i.test(message)) ||
    name === 'IllegalLocationConstraintException'
  );
}
