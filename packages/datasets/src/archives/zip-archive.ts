import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';
import { MAX_ENTRIES, type ArchiveEntry } from './archive-entry.js';

/**
 * Lists a zip file and keeps it open: entries are read from where they lie, never beyond the size that they
 * state. Throws where it is damaged, encrypted or names a file outside itself.
 */
export async function openZip(path: string): Promise<ArchiveEntry[]> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
  if (zip.entryCount > MAX_ENTRIES) {
    zip.close();
    throw new Error(`it says that it holds ${zip.entryCount} entries; at most ${MAX_ENTRIES} are read`);
  }
  const entries: ArchiveEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const read = async () => {
      if (!entry.canDecodeFileData())
        throw new Error('it is encrypted, or packed in a way that is not known');
      const bytes = await buffer(await zip.openReadStreamPromise(entry));
      if (crc32(bytes) !== entry.crc32) throw new Error('its checksum differs');
      return bytes;
    };
    entries.push({ name: entry.fileName, bytes: entry.uncompressedSize, read });
  }
  return entries;
}
