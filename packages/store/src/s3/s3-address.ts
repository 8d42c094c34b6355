import { ObjectKeyError, StoreUriError } from '../store-errors.js';
import { keySegments } from '../object-key.js';

export type ChecksumMode = 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';

/** Where a store on S3 is. What is undefined comes from the SDK's own chain: variables, profile, role. */
export interface S3Address {
  /** The address as openStore takes it again: never with credentials. */
  readonly uri: string;
  readonly bucket: string;
  /** In front of every key: empty, or ends in '/'. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
  readonly checksums: ChecksumMode;
}

const EXPECTED =
  'expected s3://bucket/prefix, with ?endpoint=URL&region=NAME&pathStyle=true|false&' +
  'checksums=WHEN_SUPPORTED|WHEN_REQUIRED where the environment does not say it';
const ADDRESS = /^s3:\/\/([^/?#]*)([^?#]*)(?:\?(.*))?$/is;
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
const PARAMETERS = ['endpoint', 'region', 'pathStyle', 'checksums'];

/**
 * Reads `s3://bucket/prefix?…`. A parameter of the address comes before UNITSCOPE_S3_PATH_STYLE and
 * UNITSCOPE_S3_CHECKSUMS, and those before the SDK's own variables. Throws StoreUriError, whose message never
 * repeats what could be a credential.
 */
export function parseS3Address(address: string, environment: NodeJS.ProcessEnv): S3Address {
  if (address.replace(/\?.*$/s, '').includes('@')) {
    throw new StoreUriError(
      'store address: expected s3://bucket/prefix, found a user before "@"; credentials are never part of ' +
        'the address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
    );
  }
  const [, bucket = '', path = '', query = ''] = ADDRESS.exec(address) ?? [];
  if (!BUCKET.test(bucket)) {
    throw new StoreUriError(`store address: ${EXPECTED}; found the bucket ${JSON.stringify(bucket)}`);
  }
  const prefix = prefixOf(bucket, path);
  const given = new URLSearchParams(query);
  for (const name of given.keys()) {
    if (!PARAMETERS.includes(name)) {
      throw new StoreUriError(
        `store s3://${bucket}: ${EXPECTED}; found the parameter ${JSON.stringify(name)}`,
      );
    }
  }
  const endpoint = endpointOf(given.get('endpoint') ?? environmentEndpoint(environment), bucket);
  const style = given.get('pathStyle') ?? environment['UNITSCOPE_S3_PATH_STYLE'];
  const checksums = given.get('checksums') ?? environment['UNITSCOPE_S3_CHECKSUMS'];
  return {
    uri: `s3://${bucket}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}${query === '' ? '' : `?${given.toString()}`}`,
    bucket,
    prefix,
    endpoint: endpoint?.href,
    region: regionOf(bucket, given.get('region')) ?? defaultRegion(endpoint, environment),
    pathStyle: style ? oneOf('pathStyle', style, ['true', 'false']) === 'true' : !isAmazon(endpoint),
    checksums: oneOf(
      'checksums',
      // `||`: a variable that is set to nothing counts as absent, as for the SDK.
      checksums || environment['AWS_REQUEST_CHECKSUM_CALCULATION']?.toUpperCase() || 'WHEN_SUPPORTED',
      ['WHEN_SUPPORTED', 'WHEN_REQUIRED'],
    ),
  };
}

function prefixOf(bucket: string, path: string): string {
  const prefix = path.replace(/^\/|\/$/g, '');
  if (prefix === '') return '';
  try {
    return `${keySegments(prefix).join('/')}/`;
  } catch (cause) {
    if (!(cause instanceof ObjectKeyError)) throw cause;
    throw new StoreUriError(`store s3://${bucket}: the prefix is no key: ${cause.message}`, { cause });
  }
}

function environmentEndpoint(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return undefined;
  return environment['AWS_ENDPOINT_URL_S3'] || environment['AWS_ENDPOINT_URL'] || undefined;
}

function endpointOf(endpoint: string | undefined, bucket: string): URL | undefined {
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.username || url?.password) {
    throw new StoreUriError(
      `store s3://${bucket}: the endpoint holds credentials; set AWS_ACCESS_KEY_ID instead`,
    );
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new StoreUriError(
      `store s3://${bucket}: expected an endpoint such as https://host:port, found ${JSON.stringify(endpoint)}`,
    );
  }
  return url;
}

/** A region becomes part of a host name: it must not become another host. */
function regionOf(bucket: string, region: string | null): string | undefined {
  if (region === null || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(region)) return region ?? undefined;
  throw new StoreUriError(
    `store s3://${bucket}: expected a region such as eu-central-1, found ${JSON.stringify(region)}`,
  );
}

/** Amazon's own endpoint says its region; other servers ask for none, but the signature needs one. */
function defaultRegion(endpoint: URL | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const chosen = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'];
  return chosen || (isAmazon(endpoint) ? undefined : 'us-east-1');
}

function isAmazon(endpoint: URL | undefined): boolean {
  return endpoint === undefined || /(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(endpoint.hostname);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new StoreUriError(
    `S3 setting ${name}: expected ${allowed.join(' or ')}, found ${JSON.stringify(value)}`,
  );
}
