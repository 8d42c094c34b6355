import { createHash, randomUUID } from 'node:crypto';
import { rename, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { StoreLinkError } from '../store-errors.js';
import { errnoOf } from './errno.js';
import { makeFolder } from './make-folder.js';
import { openPlain, openToAppend, refuseLinks } from './plain-folder.js';

const SHARD_DIGITS = 3;
const DELETED = '-';
const LINE = /^([0-9a-f]{64}|-) (\d+ \d+) (\d+) (.+)$/;

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
  #isPlain = false;

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

  /** Those of these objects that a store wrote once, and did not remove since. Each shard is read once, however many its keys are. */
  async known(keys: readonly string[]): Promise<Set<string>> {
    const byShard = new Map<string, Set<string>>();
    for (const key of keys) {
      const shard = this.#shard(key);
      const asked = byShard.get(shard);
      if (asked === undefined) byShard.set(shard, new Set([key]));
      else asked.add(key);
    }
    const known = new Set<string>();
    for (const [shard, asked] of byShard) {
      for (const line of (await this.#read(shard)).split('\n')) {
        const [, sha256, , , key = ''] = LINE.exec(line) ?? [];
        if (!asked.has(key)) continue;
        if (sha256 === DELETED) known.delete(key);
        else known.add(key);
      }
    }
    return known;
  }

  async #entries(key: string): Promise<LedgerEntry[]> {
    const text = await this.#read(this.#shard(key));
    let entries: LedgerEntry[] = [];
    for (const line of linesEndingIn(text, ` ${key}`)) {
      const [, sha256, times, inode, lineKey] = LINE.exec(line) ?? [];
      if (lineKey !== key || !sha256 || !times || !inode) continue;
      if (sha256 === DELETED) entries = [];
      else entries.push({ sha256, times, inode });
    }
    return entries;
  }

  async #append(key: string, line: string): Promise<void> {
    if (!this.#isPlain) await refuseLinks(path.dirname(this.#folder), this.#folder);
    const shard = this.#shard(key);
    const handle = await this.#openShard(shard);
    try {
      // The newline in front closes a line that a killed writer left torn.
      await handle.appendFile(`\n${line}\n`);
      this.#isPlain = true;
    } finally {
      await handle.close();
    }
  }

  /** To append to. A shard with a second name, outside the store perhaps, is copied: what has that name stays as it is. */
  async #openShard(shard: string): Promise<FileHandle> {
    const handle = await openToAppend(shard).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await makeFolder(this.#folder);
      return await openToAppend(shard);
    });
    if (handle === undefined) {
      throw new StoreLinkError(
        `${shard}: expected a file of digests, found a link or a pipe in its place; remove it and run \`unitscope verify\``,
      );
    }
    if ((await handle.stat()).nlink === 1) return handle;
    await handle.close();
    const copy = path.join(this.#folder, `.${randomUUID()}`);
    await writeFile(copy, await this.#read(shard), { flag: 'wx' });
    await rename(copy, shard);
    return await this.#openShard(shard);
  }

  async #read(shard: string): Promise<string> {
    const handle = await openPlain(shard).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    try {
      return (await handle?.readFile('utf8')) ?? '';
    } finally {
      await handle?.close();
    }
  }

  #shard(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return path.join(this.#folder, hash.slice(0, SHARD_DIGITS));
  }
}

/** A shard of a large store has hundreds of lines: those of other keys are not taken apart. */
function* linesEndingIn(text: string, ending: string): Generator<string> {
  for (let at = text.indexOf(ending); at >= 0; at = text.indexOf(ending, at + 1)) {
    const end = at + ending.length;
    if (end === text.length || text[end] === '\n') yield text.slice(text.lastIndexOf('\n', at) + 1, end);
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
