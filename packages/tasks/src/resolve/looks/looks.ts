import { readdir, readFile, lstat, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writtenSince, type FileVersions } from '@unitscope/models';
import { SEMANTICS_VERSION, sha256 } from '@unitscope/plan';
import * as z from 'zod';
import { CheckpointCache } from '../../inputs/checkpoint-cache.js';
import { OutputFile } from '@unitscope/process';
import { PROGRAM_VERSION } from '../../sweeps/proof/program-version.js';

/** A file that was written so shortly before it was looked at may be written again without another time. */
const SETTLED_MS = 3000;
/** Looking that took less is not worth a file. */
const WORTH_MS = 1000;
/** Files of looks that nobody has asked for since are removed. */
const KEPT_MS = 60 * 24 * 3600 * 1000;
const NAME = /^looks-[0-9a-f]{32}\.json$/;

const foundSchema = z.strictObject({
  /** Files that were read, by path, with their version then; none where the key is a digest of the content. */
  versions: z.array(z.tuple([z.string(), z.string()])).optional(),
  value: z.unknown(),
});
const fileSchema = z.strictObject({ program: z.string(), found: z.record(z.string(), foundSchema) });
type Found = z.infer<typeof foundSchema>;

/**
 * What was found in files, held over the runs of a command as long as none of them is written: to read and to hash a thousand
 * checkpoints takes minutes, to ask for their times a second. A file's version is its number, size, and times (fileVersion);
 * what was written within three seconds of the look is looked at again. It lies in the folder of the checkpoint cache, which
 * is this user's alone; where that cannot be used, everything is looked at anew.
 */
export class Looks {
  readonly #path: string | null;
  readonly #program: string;
  readonly #known: ReadonlyMap<string, Found>;
  readonly #used = new Map<string, Found>();
  #isNew = false;
  #milliseconds = 0;

  private constructor(path: string | null, program: string, known: ReadonlyMap<string, Found>) {
    this.#path = path;
    this.#program = program;
    this.#known = known;
  }

  /** Those of earlier runs of a sweep whose spec's paths are relative to `folder`. */
  static async of(sweep: string, folder: string, cache = new CheckpointCache(undefined, 0)): Promise<Looks> {
    const program = await thisProgram();
    const name = `looks-${sha256(`${sweep}\n${folder}`).slice(0, 32)}.json`;
    const place = await cache.folder().catch(() => null);
    if (place === null) return new Looks(null, program, new Map());
    const path = join(place, name);
    return new Looks(path, program, await readFound(path, program));
  }

  /** Of this run alone. */
  static forNow(): Looks {
    return new Looks(null, '', new Map());
  }

  /** What `look` finds in files, which it answers with the versions in which it read them. */
  async ofFiles<T>(
    key: string,
    schema: z.ZodType<T>,
    look: () => Promise<{ readonly value: T; readonly versions: FileVersions }>,
  ): Promise<{ readonly value: T; readonly versions: FileVersions }> {
    const held = this.#held(key);
    const value = schema.safeParse(held?.value);
    if (held?.versions !== undefined && value.success) {
      const versions = new Map(held.versions);
      if (versions.size > 0 && (await writtenSince(versions)) === null) {
        this.#used.set(key, held);
        return { value: value.data, versions };
      }
    }
    const found = await this.#timed(look);
    if (await isSettled(found.versions))
      this.#hold(key, { versions: [...found.versions], value: found.value });
    else this.#used.delete(key);
    return found;
  }

  /** What `make` makes of files whose content `key` names; `versions`: those in which they have it. */
  async ofContent<T>(
    key: string,
    versions: FileVersions,
    schema: z.ZodType<T>,
    make: () => Promise<T>,
  ): Promise<T> {
    const held = this.#held(key);
    const value = schema.safeParse(held?.value);
    if (held !== undefined && value.success) {
      this.#used.set(key, held);
      return value.data;
    }
    const made = await this.#timed(make);
    // Of files that were written meanwhile it may be another content's.
    if ((await writtenSince(versions)) === null) this.#hold(key, { value: made });
    return made;
  }

  /** Keeps what this run has asked for, where finding it took long. What cannot be kept is looked at again. */
  async save(worthMs: number = WORTH_MS): Promise<void> {
    if (this.#path === null || !this.#isNew || this.#milliseconds < worthMs) return;
    try {
      const found = Object.fromEntries(this.#used);
      const text = JSON.stringify({ program: this.#program, found } satisfies z.infer<typeof fileSchema>);
      await OutputFile.put(this.#path, new TextEncoder().encode(text));
      await removeOld(dirname(this.#path));
      this.#isNew = false;
    } catch {
      // It is a convenience: the sweep has what it needs.
    }
  }

  #held(key: string): Found | undefined {
    return this.#used.get(key) ?? this.#known.get(key);
  }

  #hold(key: string, found: Found): void {
    this.#used.set(key, found);
    this.#isNew = true;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.#milliseconds += performance.now() - started;
    return result;
  }
}

async function readFound(path: string, program: string): Promise<ReadonlyMap<string, Found>> {
  try {
    const read = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (read.program === program) return new Map(Object.entries(read.found));
  } catch {
    // None yet, or damaged.
  }
  return new Map();
}

/** What another build finds may be something else. */
async function thisProgram(): Promise<string> {
  const { mtimeMs, size } = await stat(fileURLToPath(import.meta.url));
  return [PROGRAM_VERSION, SEMANTICS_VERSION, mtimeMs, size].join(' ');
}

async function isSettled(versions: FileVersions): Promise<boolean> {
  for (const path of versions.keys()) {
    const found = await stat(path).catch(() => null);
    if (found === null || Date.now() - Math.max(found.mtimeMs, found.ctimeMs) < SETTLED_MS) return false;
  }
  return (await writtenSince(versions)) === null;
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = NAME.test(name) ? await lstat(path) : null;
    if (found?.isFile() === true && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}
