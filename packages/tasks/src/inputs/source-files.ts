import type { ManifestSourceFile } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { FileSource, type ByteSource } from '@unitscope/tables';
import { InputChangedError } from '../errors.js';
import { isRemote, type RemoteObjects } from './remote-objects.js';
import { inputKey, type InputsFrom } from './stored-inputs.js';

/** Bytes that are let go when they were read. */
export type OpenBytes = ByteSource & { close(): Promise<void> };

/** Opens a file made elsewhere that a manifest names. Throws InputChangedError where it is no longer what it was. */
export async function openSourceFile(
  { location, identity, bytes }: ManifestSourceFile,
  { store, remote, inputs }: { store: ObjectStore; remote: RemoteObjects; inputs: InputsFrom },
): Promise<OpenBytes> {
  if (!isRemote(location)) {
    if (inputs === 'local' || !('sha256' in identity)) return await FileSource.open(location);
    return await store.open(inputKey(identity.sha256));
  }
  const reader = await remote.open(location);
  // A SHA-256 that the store does not tell when it opens the object was told when the sweep was resolved.
  const same =
    'sha256' in identity
      ? (reader.sha256 ?? identity.sha256) === identity.sha256 && reader.size === bytes
      : reader.etag === identity.etag && reader.size === identity.bytes;
  if (same) return reader;
  await reader.close();
  throw new InputChangedError(`${location} has changed since the sweep was resolved; run the sweep again`);
}
