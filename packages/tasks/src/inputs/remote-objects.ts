import type { ManifestWork } from '@unitscope/plan';
import { openStore, type ListedObject, type ObjectReader, type ObjectStore } from '@unitscope/store';
import picomatch from 'picomatch';
import { NothingFoundError, RemoteNameError } from '../errors.js';
import { GlobFilter } from '../resolve/patterns/glob-filter.js';

const REMOTE = /^s3:\/\//i;
/** `?` is also a sign of globs: settings of the address are told by their names. */
const SETTINGS = /\?(?:endpoint|region|pathStyle|checksums)=.*$/s;

export interface RemoteObject {
  /** `s3://bucket/key`, with the settings of the pattern that found it. */
  readonly location: string;
  readonly size: number;
  readonly etag: string | undefined;
}

/** Whether a path of a spec or manifest is an object of a store rather than a file. */
export function isRemote(path: string): boolean {
  return REMOTE.test(path);
}

/** `s3://bucket/run/a.onnx?endpoint=…` → its path without the settings of the address, and those. */
export function splitLocation(location: string): { path: string; settings: string } {
  const settings = SETTINGS.exec(location)?.[0] ?? '';
  return { path: location.slice(0, location.length - settings.length), settings };
}

/** The object called `name` beside this one. Throws RemoteNameError for a name that would be read as a setting. */
export function besideRemote(location: string, name: string): string {
  refuseSettings(name);
  const { path, settings } = splitLocation(location);
  return `${path.slice(0, path.lastIndexOf('/'))}/${name}${settings}`;
}

/** A name that others chose must not say on which server it is looked for. */
function refuseSettings(name: string): void {
  if (!SETTINGS.test(name)) return;
  throw new RemoteNameError(
    `${JSON.stringify(name)}: expected the name of an object, found one that would be read as the settings of an address; ` +
      'give the object another name',
  );
}

/**
 * The objects that `s3://bucket/folder/*.arrow` matches, or those below `s3://bucket/folder/` whose name one of `names`
 * (`*.arrow`) matches. Throws NothingFoundError, and what openStore throws.
 */
export async function findRemote(pattern: string, names: readonly string[]): Promise<RemoteObject[]> {
  const { path, settings } = splitLocation(pattern);
  const { base, glob } = picomatch.scan(path.replace(REMOTE, ''));
  const isFolder = glob === '' && path.endsWith('/');
  const folder = glob === '' && !isFolder ? base.slice(0, base.lastIndexOf('/')) : base.replace(/\/$/, '');
  const wanted = glob === '' ? base.slice(folder.length + 1) : glob;
  const globs = isFolder ? names.map((name) => `**/${name}`) : [wanted];
  const isOne = glob === '' && !isFolder;
  const store = await openStore(`s3://${folder}${settings}`);
  const listed: ListedObject[] = [];
  for await (const info of store.list(isOne ? wanted : '')) listed.push(info);
  const found = isOne
    ? listed.filter(({ key }) => key === wanted)
    : new GlobFilter(globs, path).keep(listed, ({ key }) => key);
  if (found.length === 0) throw new NothingFoundError(`${pattern} matches no object of the bucket`);
  return found.map(({ key, size, etag }) => {
    refuseSettings(key);
    return { location: `s3://${folder}/${key}${settings}`, size, etag };
  });
}

/** The folders of S3 that a manifest's checkpoints and activation files are read from, as addresses of stores. */
export function remoteAddresses({ checkpoints, source }: ManifestWork): Set<string> {
  const locations = checkpoints.flatMap(({ model }) =>
    [model?.path ?? [], model?.weights?.path ?? []].flat(),
  );
  if (source.kind !== 'models')
    locations.push(...source.cells.flatMap(({ files }) => files.map(({ location }) => location)));
  return new Set(locations.flatMap((location) => remoteAddress(location) ?? []));
}

/** The folder of S3 that a location is in, as the address of a store; null for a file. */
export function remoteAddress(location: string): string | null {
  return isRemote(location) ? addressOf(location).address : null;
}

function addressOf(location: string): { address: string; key: string } {
  const { path, settings } = splitLocation(location);
  const slash = path.lastIndexOf('/');
  return { address: path.slice(0, slash) + settings, key: path.slice(slash + 1) };
}

/** Opens objects by their location; keeps the stores that were used last. */
export class RemoteObjects {
  readonly #stores = new Map<string, Promise<ObjectStore>>();

  async open(location: string): Promise<ObjectReader> {
    const { store, key } = this.#locate(location);
    return await (await store).open(key);
  }

  /** The SHA-256 that the store knows of the object. */
  async digest(location: string): Promise<string | undefined> {
    const { store, key } = this.#locate(location);
    return (await (await store).head(key))?.sha256;
  }

  #locate(location: string): { store: Promise<ObjectStore>; key: string } {
    const { address, key } = addressOf(location);
    let store = this.#stores.get(address);
    if (store === undefined) {
      if (this.#stores.size >= 16) this.#stores.clear();
      store = openStore(address);
      this.#stores.set(address, store);
    }
    return { store, key };
  }
}
