import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '@unitscope/base';
import { writeWhole } from '@unitscope/process';
import type { Places } from './places.js';

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** When that process began, in the kernel's count: numbers of processes are used again. */
  began: z.string().nullable(),
  started: z.string(),
  places: z
    .object({
      temporal: z.string(),
      ui: z.string().optional(),
      s3: z.string(),
      store: z.string(),
      metrics: z.string(),
      dashboard: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
    })
    .optional(),
});
/** Who has a folder of `unitscope dev`, and, once its servers answer, where. */
export type DevOwner = z.infer<typeof ownerSchema>;

/** Another `unitscope dev` has the folder. `owner.places` is there where it can be used. */
export class DevFolderTakenError extends InputError {
  override readonly code = 'DEV_FOLDER_TAKEN';
  readonly owner: DevOwner;

  constructor(folder: string, owner: DevOwner) {
    super(
      `${folder}: process ${owner.pid} has these data since ${owner.started} and is not ready yet; ` +
        'wait for it, end it, or name another folder with --data',
    );
    this.owner = owner;
  }
}

/** The right to a folder of `unitscope dev`; one process has it. */
export class DevLock {
  readonly #path: string;
  readonly #owner: DevOwner;

  private constructor(path: string, owner: DevOwner) {
    this.#path = path;
    this.#owner = owner;
  }

  /** Throws DevFolderTakenError where a process that lives has it. What a dead one left is taken over. */
  static async take(folder: string): Promise<DevLock> {
    const path = join(folder, 'running.json');
    const owner: DevOwner = {
      pid: process.pid,
      began: await beginningOf(process.pid),
      started: new Date().toISOString(),
    };
    for (;;) {
      if (await created(path, owner)) return new DevLock(path, owner);
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === null) continue;
      const other = parsed(text);
      if (other !== null && (await lives(other))) throw new DevFolderTakenError(folder, other);
      await removeStale(path, text);
    }
  }

  /** Tells others where the servers answer. */
  async announce({ temporal, ui, s3, store, metrics, dashboard }: Places): Promise<void> {
    const told: DevOwner = {
      ...this.#owner,
      places: { temporal, s3, store, metrics, dashboard, ...(ui === undefined ? {} : { ui }) },
    };
    await writeWhole(this.#path, JSON.stringify(told), { mode: 0o600 });
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function created(path: string, owner: DevOwner): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const TAKEOVER_MS = 10_000;

/** Takes away what a dead process left, and nothing else: one process at a time looks and removes. */
async function removeStale(path: string, text: string): Promise<void> {
  const takeover = `${path}.takeover`;
  const begun = await open(takeover, 'wx').catch(() => null);
  if (begun === null) {
    // Whoever has the right to it takes a moment, unless it died.
    await new Promise((done) => setTimeout(done, 20));
    const age = await stat(takeover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > TAKEOVER_MS) await rm(takeover, { force: true });
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === text) await rm(path);
  } finally {
    await begun.close();
    await rm(takeover, { force: true });
  }
}

function parsed(text: string): DevOwner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function lives({ pid, began }: DevOwner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await beginningOf(pid)) === began;
}

/** When a process began, where the system tells; null elsewhere. */
async function beginningOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in brackets may hold blanks.
  return stat?.slice(stat.lastIndexOf(')')).split(' ')[20] ?? null;
}
