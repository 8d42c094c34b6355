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

/** What can be told of a failed request without keeping its headers, which hold credentials. */
export interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly region: string | undefined;
}

const UNREACHED =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ERR_SOCKET|ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|TimeoutError|TimeoutException|RequestTimeout$|NetworkingError|EPROTO|HPE_)/;
const WRONG_CREDENTIALS =
  /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|AuthorizationHeaderMalformed|AuthFailure|NotSignedUp|InvalidSecurity)$/;
/** The bytes that arrived are not those that were sent. */
export const DAMAGED = /^(?:BadDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch)$/;
const FULL =
  /^(?:XMinioStorageFull|InsufficientStorage|QuotaExceeded|XMinioAdminBucketQuotaExceeded|StorageFull)$/;

/** Reads an error of the SDK or of Node. */
export function s3Failure(error: unknown): S3Failure {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly Code?: unknown;
    readonly message?: unknown;
    readonly Region?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  const name = [fields.code, fields.Code, fields.name].find((value) => typeof value === 'string');
  return {
    name: name ?? 'Error',
    message: typeof fields.message === 'string' ? fields.message : '',
    status: fields.$metadata?.httpStatusCode,
    region:
      fields.$response?.headers?.['x-amz-bucket-region'] ??
      (typeof fields.Region === 'string' ? fields.Region : undefined),
  };
}

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
  const status = failure.status === undefined ? '' : ` (HTTP ${failure.status})`;
  const options = { cause: new Error(`${said}${status}`) };
  const { name } = failure;

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
  if (
    failure.status === 301 ||
    failure.status === 307 ||
    name === 'PermanentRedirect' ||
    wrongRegion(failure)
  ) {
    const region = failure.region ?? /expecting '([\w-]+)'/.exec(failure.message)?.[1];
    const fix =
      region === undefined ? 'set AWS_REGION to the region of the bucket' : `set AWS_REGION=${region}`;
    return new StoreRegionError(`the bucket is not in the region that was asked: ${fix} ${where}`, options);
  }
  if (name === 'RequestTimeTooSkewed' || name === 'RequestExpired' || name === 'RequestInTheFuture') {
    return new StoreClockError(
      `the clock of this machine (${new Date().toISOString()}) and the server's differ too much for signed ` +
        `requests: set the clock, e.g. by turning on NTP ${where}`,
      options,
    );
  }
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
  if (name === 'NoSuchKey' || name === 'NotFound' || failure.status === 404) {
    return new ObjectNotFoundError(address.uri, key, options);
  }
  if (DAMAGED.test(name)) {
    return new StoreFailureError(
      `the object arrived damaged each time it was sent (the server says ${said}): check the network, a proxy in ` +
        `between, and this machine's memory ${where}`,
      options,
    );
  }
  if (/checksum|x-amz-sdk/i.test(said) && (failure.status === 400 || failure.status === 501)) {
    return new StoreChecksumError(
      `the server refuses the checksum sent with the object: set UNITSCOPE_S3_CHECKSUMS=WHEN_REQUIRED, or add ` +
        `?checksums=WHEN_REQUIRED to the address (the server says ${said}) ${where}`,
      options,
    );
  }
  if (FULL.test(name) || failure.status === 507) {
    return new StoreFullError(
      `no space left on the S3 server (${said}); what was stored before stays ${where}`,
      options,
    );
  }
  if (failure.status === 403 || failure.status === 401) {
    return new StoreAccessError(
      `access denied: these S3 credentials may not do this; grant s3:ListBucket, s3:GetObject, s3:PutObject, ` +
        `s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads on the bucket, or use ` +
        `others (the server says ${said}) ${where}`,
      options,
    );
  }
  if (/XML parse error|Deserialization error/.test(said)) {
    return new StoreUnreachableError(
      `what answers${status} is no S3 server: check the address and port of AWS_ENDPOINT_URL_S3 ${where}`,
    );
  }
  if (UNREACHED.test(name)) {
    return new StoreUnreachableError(
      `the S3 server does not answer (${said}): check that it runs, and AWS_ENDPOINT_URL_S3, network, proxy and ` +
        `certificate ${where}`,
      options,
    );
  }
  return new StoreFailureError(`the S3 server refused${status}: ${said} ${where}`, options);
}

function wrongRegion({ name, message }: S3Failure): boolean {
  return (
    (name === 'AuthorizationHeaderMalformed' && /region/i.test(message)) ||
    name === 'IllegalLocationConstraintException'
  );
}
