import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveProgress, RunningSweep, SweepClient } from '@unitscope/workflows';
import type { SweepProgress } from '@unitscope/engine';
import { shownText } from '@unitscope/base';
import { ProgressLine } from './progress-line.js';
import { storeAddress } from './spec-file.js';
import { StatusLine } from './status-line.js';

const ASK_MS = 1000;
/** From then on it asks rarely: 17,280 questions a day, which cost less than a dollar. */
const OFTEN_MS = 30_000;
const ASK_RARELY_MS = 10_000;
/** Running checkpoints that are asked at a time. */
const MOST_AT_FIRST = 8;
const MOST_LATER = 1;
/** So long without a cell that is over, and it is asked why. */
const PATIENCE_MS = 5000;

/** Runs `work` with a client of the Temporal server that the environment names. */
export async function withSweepClient<T>(work: (client: SweepClient) => Promise<T>): Promise<T> {
  const { SweepClient: Sweeps } = await import('@unitscope/workflows');
  const client = await Sweeps.connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

export const storeOption =
  'the sweep’s store; default: ./.unitscope, else the one where it runs or ran, if it is of UNITSCOPE_STORES or of the ' +
  'S3 server that the environment names';

/**
 * The store of a sweep on Temporal: the option, else found by the sweep's name. What the server says others wrote: a store
 * that this user did not name is not opened. Throws StoreNotToldError.
 */
export async function remoteStore(
  client: SweepClient,
  sweep: string,
  option: string | undefined,
): Promise<string> {
  if (option !== undefined) return option;
  const own = storeAddress(undefined);
  const address = await client.storeOf(sweep, own);
  const { StoreNotToldError, toldStores } = await import('@unitscope/tasks');
  if (await toldStores(own).allows(address)) return address;
  throw new StoreNotToldError(
    `sweep "${sweep}" is in ${address}, as the Temporal server says, and any of its clients can say so: if that store is ` +
      `yours, run this with \`--store ${address}\`, or have it in UNITSCOPE_STORES`,
  );
}

/** Shows a sweep's progress until it ends or `signal` aborts; answers whether it ended. `attached`: it ran before. */
export async function watchSweep(run: RunningSweep, signal: AbortSignal, attached = true): Promise<boolean> {
  let line: ProgressLine | null = null;
  const started = performance.now();
  let told = false;
  const trouble = new Trouble(run);
  try {
    while (!signal.aborted) {
      // The server may be away for a while, and so may every worker: then there is nothing new to show.
      const status = await run.status().catch(() => 'unreachable');
      if (status !== 'running' && status !== 'unreachable') return true;
      const early = performance.now() - started < OFTEN_MS;
      const progress = await Promise.race([
        run.progress(early ? MOST_AT_FIRST : MOST_LATER).catch(() => null),
        pause(5 * ASK_MS, signal).then(() => null),
      ]);
      if (progress !== null) {
        const sum = total(progress, (performance.now() - started) / 1000);
        if (sum.cells.total > 0) {
          // What was done before this command looked is not of its rate.
          line ??= new ProgressLine(attached ? sum : undefined);
          line.update(sum, progress.state === 'paused' ? 'paused' : undefined);
        }
        for (const message of await trouble.since(sum, progress.running)) {
          StatusLine.say(`a worker says, and tries again: ${shownText(message)}`);
        }
      } else if (!told) {
        told = true;
        StatusLine.say('no worker answers; start one where the store can be reached: unitscope worker');
      }
      await (early ? pause(ASK_MS, signal) : pauseUntilEnd(run, signal));
    }
    return false;
  } finally {
    line?.end();
  }
}

/** Finds out why nothing gets done, where activities fail and wait for another attempt. */
class Trouble {
  readonly #run: RunningSweep;
  readonly #told = new Set<string>();
  #over = -1;
  #askedAt = 0;

  constructor(run: RunningSweep) {
    this.#run = run;
  }

  /** What workers say that was not told before; nothing while cells get done. */
  async since({ cells }: SweepProgress, checkpoints: readonly number[]): Promise<string[]> {
    const over = cells.done + cells.failed;
    const patient = over !== this.#over || performance.now() - this.#askedAt < PATIENCE_MS;
    if (over !== this.#over) this.#askedAt = performance.now();
    this.#over = over;
    if (patient) return [];
    this.#askedAt = performance.now();
    const said = await this.#run.troubles(checkpoints).catch(() => []);
    const news = said.filter((message) => !this.#told.has(message));
    for (const message of news) this.#told.add(message);
    return news;
  }
}

/** Of a whole sweep: the checkpoints that are over, and what is done of the open ones. */
export function total(
  { cells, checkpoints, maps, open }: Omit<LiveProgress, 'state'>,
  seconds: number,
): SweepProgress {
  const sum = (value: (checkpoint: LiveProgress['open'][number]) => number): number =>
    open.reduce((total, checkpoint) => total + value(checkpoint), 0);
  return {
    cells: {
      total: cells.total,
      done: cells.done + sum((checkpoint) => checkpoint.cells.done),
      cached: cells.cached + sum((checkpoint) => checkpoint.cells.cached),
      failed: cells.failed + sum((checkpoint) => checkpoint.cells.failed),
    },
    checkpoints,
    maps: maps + sum((checkpoint) => checkpoint.maps),
    seconds,
  };
}

/** Waits, but not beyond the sweep's end: to ask whether it runs costs nothing. */
async function pauseUntilEnd(run: RunningSweep, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < ASK_RARELY_MS && !signal.aborted; waited += ASK_MS) {
    await pause(ASK_MS, signal);
    if ((await run.status().catch(() => 'running')) !== 'running') return;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
