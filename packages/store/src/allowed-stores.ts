import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { folderOf, schemeOf } from './open-store.js';
import { parseS3Address, type S3Address } from './s3/s3-address.js';
import { StoreNotAllowedError, StoreUriError } from './store-errors.js';

/** Any bucket of the S3 server that the environment names. */
const ANY_BUCKET = /^s3:\/*$/i;

/** The addresses of UNITSCOPE_STORES, which spaces separate (%20 is a space of a file:// address). */
export function storesOf(variable: string | undefined): readonly string[] {
  return (variable ?? '').split(/\s+/).filter((address) => address !== '');
}

/**
 * The addresses that a program which works for others may open: those it was told, and what lies below them. Told none,
 * it may open any bucket of the S3 server that the environment names. A folder, and an endpoint in an address, must be told.
 */
export class AllowedStores {
  readonly #buckets: readonly S3Address[];
  readonly #anyBucket: boolean;
  readonly #folders: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;

  /** Throws StoreUriError where one of the addresses cannot be understood. */
  constructor(addresses: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
    const remote = addresses.filter((address) => schemeOf(address) === 's3' || ANY_BUCKET.test(address));
    this.#anyBucket = addresses.length === 0 || remote.some((address) => ANY_BUCKET.test(address));
    this.#buckets = remote
      .filter((address) => !ANY_BUCKET.test(address))
      .map((address) => parseS3Address(address, environment));
    this.#folders = addresses
      .filter((address) => !remote.includes(address))
      .map((address) => path.resolve(folderOf(address)));
    this.#environment = environment;
  }

  /** Throws StoreNotAllowedError where the address of a store, or of a folder in one, is not among those allowed. */
  async check(address: string): Promise<void> {
    if (await this.allows(address)) return;
    throw new StoreNotAllowedError(
      `${withoutSettings(address)} is no store that this worker serves: expected ${this.#told()}; ` +
        'its owner allows it by `--store ADDRESS` or UNITSCOPE_STORES',
    );
  }

  async allows(address: string): Promise<boolean> {
    try {
      return schemeOf(address) === 's3' ? this.#allowsBucket(address) : await this.#allowsFolder(address);
    } catch (error) {
      if (error instanceof StoreUriError) return false;
      throw error;
    }
  }

  #allowsBucket(address: string): boolean {
    const { bucket, prefix, endpoint } = parseS3Address(address, this.#environment);
    const own = parseS3Address(`s3://${bucket}`, this.#environment).endpoint;
    if (this.#anyBucket && endpoint === own) return true;
    return this.#buckets.some(
      (told) => told.bucket === bucket && told.endpoint === endpoint && prefix.startsWith(told.prefix),
    );
  }

  async #allowsFolder(address: string): Promise<boolean> {
    const folder = await placeOf(path.resolve(folderOf(address)));
    for (const told of this.#folders) {
      const root = await placeOf(told);
      if (folder === root || folder.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return true;
    }
    return false;
  }

  #told(): string {
    const told = [
      ...(this.#anyBucket ? ['any bucket of the S3 server that the environment names'] : []),
      ...this.#buckets.map(({ uri }) => withoutSettings(uri)),
      ...this.#folders,
    ];
    return told.join(', or below ');
  }
}

/** Where a folder is once links are followed; what is not there yet lies below what is. A link to nowhere has no place. */
async function placeOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    if ((await lstat(folder).catch(() => null)) !== null) return '';
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(await placeOf(parent), path.basename(folder));
  }
}

/** An address of others is shown without what it could hide. */
function withoutSettings(address: string): string {
  const [place = '', settings] = address.split('?', 2);
  const shown = JSON.stringify(place.replace(/\/\/[^/]*@/, '//…@').slice(0, 200)).slice(1, -1);
  const endpoint = new URLSearchParams(settings ?? '').get('endpoint');
  return endpoint === null ? shown : `${shown} at another endpoint`;
}
