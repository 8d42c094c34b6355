import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from './errno.js';
import { makeFolder } from './make-folder.js';

const SHARD_DIGITS = 3;
const DELETED = '-';
const LINE = /^(\S+) (\d+ \d+) (\d+) (.+)$/;

/**
 * What identifies one written state of a file: rename and link keep it, an edit changes it. The inode is there
 * because the clock of file times ticks only every few milliseconds.
 */
export interface FileStamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

interface LedgerEntry {
  readonly sha256: string;
  readonly times: string;
  readonly inode: string;
}

/**
 * The SHA-256 of every object of a folder store, in `.sha256/<shard>`: text files that are only ever appended
 * to, one line a write (`digest size mtime inode key`), sharded by the key's hash.
 *
 * Why so: a trailer or header inside an object would break its format for other readers; extended attributes
 * are not to be had in Node; a digest in the file's name hides the object from who knows only its key; a
 * sidecar file an object doubles the files (4 KiB each on ext4: 400 MB at 100,000 objects) and cannot change
 * together with its object. A line is appended BEFORE the object appears, so that no kill leaves an
 * object whose digest is unknown; a line whose object never appeared is told apart by its stamp.
 * An append of less than 4 KiB is atomic on a local file system; where it is not (NFS), a lost line makes an
 * object unverified, not wrong.
 */
export class DigestLedger {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async record(key: string, sha256: string, stamp: FileStamp): Promise<void> {
    await this.#append(key, `${sha256} ${timesOf(stamp)} ${stamp.ino.toString()} ${key}`);
  }

  async recordDeletion(key: string): Promise<void> {
    await this.#append(key, `${DELETED} 0 0 0 ${key}`);
  }

  /** The digest of the file state with this stamp; undefined where none is known for certain. */
  async digestOf(key: string, stamp: FileStamp): Promise<string | undefined> {
    return certain(await this.#entries(key), stamp);
  }

  /**
   * The digests that the content at this key may have, the likeliest first; none where it was not written by
   * a store. Where the stamp leaves one, that one; after a copy that lost the times, all that were recorded.
   */
  async acceptable(key: string, stamp: FileStamp): Promise<string[]> {
    const entries = await this.#entries(key);
    const digest = certain(entries, stamp);
    return digest === undefined ? entries.map((entry) => entry.sha256).reverse() : [digest];
  }

  async #entries(key: string): Promise<LedgerEntry[]> {
    let text: string;
    try {
      text = await readFile(this.#shard(key), 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
    let entries: LedgerEntry[] = [];
    for (const line of text.split('\n')) {
      const [, sha256, times, inode, lineKey] = LINE.exec(line) ?? [];
      if (lineKey !== key || !sha256 || !times || !inode) continue;
      if (sha256 === DELETED) entries = [];
      else entries.push({ sha256, times, inode });
    }
    return entries;
  }

  async #append(key: string, line: string): Promise<void> {
    // The newline in front closes a line that a killed writer left torn.
    const text = `\n${line}\n`;
    try {
      await appendFile(this.#shard(key), text);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await makeFolder(this.#folder);
      await appendFile(this.#shard(key), text);
    }
  }

  #shard(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return path.join(this.#folder, hash.slice(0, SHARD_DIGITS));
  }
}

/** The last entry with the whole stamp; in a copy that kept the times (other inodes), where all agree. */
function certain(entries: readonly LedgerEntry[], stamp: FileStamp): string | undefined {
  const candidates = entries.filter((entry) => entry.times === timesOf(stamp));
  const exact = candidates.findLast((entry) => entry.inode === stamp.ino.toString());
  if (exact !== undefined) return exact.sha256;
  const digests = new Set(candidates.map((entry) => entry.sha256));
  return digests.size === 1 ? candidates[0]?.sha256 : undefined;
}

function timesOf({ size, mtimeNs }: FileStamp): string {
  return `${size.toString()} ${mtimeNs.toString()}`;
}
