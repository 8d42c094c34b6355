import { createHash, randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'partial-';
const PARTIAL = /^partial-(?:[0-9a-f]{12}-\d+-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A fetch writes all the time; one that has not for so long is over. */
const IDLE_MS = 10 * 60_000;

/** The name of a folder that a fetch of this process fills: it says whose it is. */
export function partialName(): string {
  return `${PREFIX}${machine()}-${process.pid}-${randomUUID()}`;
}

export function isPartial(name: string): boolean {
  return PARTIAL.test(name);
}

/**
 * Folders whose fetch did not end and will not: their process is gone, or nothing was written for long. `ownToo`: this
 * process has just started, so what has its number is of one before it, as in a container whose first process is always 1.
 */
export async function stalePartials(
  root: string,
  { ownToo = false }: { readonly ownToo?: boolean } = {},
): Promise<string[]> {
  const names = (await readdir(root).catch(() => [])).filter(isPartial);
  const stale = await Promise.all(
    names.map(async (name) => {
      const [, of, pid] = /^partial-([0-9a-f]+)-(\d+)-/.exec(name) ?? [];
      if (of !== machine()) return isIdle(join(root, name));
      if (Number(pid) === process.pid && ownToo) return true;
      return !isAlive(Number(pid)) || (await isIdle(join(root, name)));
    }),
  );
  return names.filter((_, i) => stale[i]);
}

function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 12);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isIdle(folder: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const times = await Promise.all(
    [folder, ...names.map((name) => join(folder, name))].map(
      async (path) => (await stat(path).catch(() => null))?.mtimeMs ?? 0,
    ),
  );
  return Date.now() - Math.max(...times) > IDLE_MS;
}
