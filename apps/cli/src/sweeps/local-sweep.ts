import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '@unitscope/store';
import type { SweepStatus } from '@unitscope/tasks';
import { counted, InputError, line } from '@unitscope/base';
import { interruptible } from './interruption.js';
import { ProgressLine } from './progress-line.js';
import { storeAddress } from './spec-file.js';
import { summaryLines } from './sweep-summary.js';
import { print, printJson } from '../terminal/output.js';

const ASK_MS = 500;
const STOP_ASKS = 120;
const CONNECT_MS = 2000;

/** What was asked of a sweep is not possible in its state. */
class ActionImpossibleError extends InputError {
  readonly code = 'ACTION_IMPOSSIBLE';
}

/** A sweep of a store that no Temporal server has to do with. */
export class LocalSweep {
  private constructor(
    private readonly name: string,
    private readonly address: string,
    private readonly store: ObjectStore,
  ) {}

  /**
   * The sweep, where it is in the store (else ./.unitscope) and is or was run by processes of their own; null where Temporal
   * is to be asked. Throws NoSuchSweepError where the store does not have it and no Temporal server answers.
   */
  static async find(name: string, option: string | undefined): Promise<LocalSweep | null> {
    const { openStore } = await import('@unitscope/store');
    const { executionOf, readManifest, sweepNames, whoIsAt } = await import('@unitscope/tasks');
    const address = storeAddress(option);
    const store = await openStore(address);
    if (!(await sweepNames(store)).includes(name)) {
      if (!(await temporalAnswers())) await readManifest(store, name);
      return null;
    }
    const runs = (await whoIsAt(store, name, null)) !== null;
    return runs || (await executionOf(store, name)) === null ? new LocalSweep(name, address, store) : null;
  }

  /** Asks the process that runs it to stop, and waits until it has. */
  async stop(told: string): Promise<void> {
    const { requestStop } = await import('@unitscope/tasks');
    if (!(await this.#runs())) {
      const { state } = await this.#status();
      throw new ActionImpossibleError(
        `sweep "${this.name}" is ${state}: nobody runs it` +
          (state === 'complete' ? '' : `; \`unitscope resume ${this.name}\` goes on with it`),
      );
    }
    await requestStop(this.store, this.name);
    for (let asks = 0; asks < STOP_ASKS && (await this.#runs()); asks++) await sleep(ASK_MS);
    const stopped = !(await this.#runs());
    print(
      line`sweep ${this.name} in ${this.address}: ${stopped ? told : 'is asked to stop, and does so soon'}\n`,
    );
  }

  /** Does what is missing and what failed, here and now. */
  async resume(json: boolean): Promise<void> {
    if ((await this.#status()).state === 'complete')
      throw new ActionImpossibleError(`sweep "${this.name}" is complete: nothing is left to do`);
    const { resumeSweep } = await import('@unitscope/engine');
    const progress = new ProgressLine();
    const { manifest, outcome } = await interruptible((signal) =>
      resumeSweep(this.name, {
        store: this.address,
        signal,
        onProgress: (state) => progress.update(state),
      }),
    ).finally(() => progress.end());
    if (json) printJson({ sweep: this.name, ...outcome });
    else print(summaryLines(manifest, this.address, outcome));
    if (outcome.failures.length > 0) process.exitCode = 1;
  }

  /** Shows its progress until nobody runs it any more (`once`: does not wait), and says how far it is. */
  async watch({ once, json }: { once: boolean; json: boolean }): Promise<void> {
    if (!once && !(await interruptible((signal) => this.#follow(signal)))) return;
    const status = await this.#status();
    if (json) printJson(status);
    else print(statusLine(status, this.address));
    if (!once && (status.state === 'failed' || status.failures > 0)) process.exitCode = 1;
  }

  /** Shows its progress until nobody runs it any more; answers whether that came before the signal. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const { readProgress } = await import('@unitscope/tasks');
    let shown: ProgressLine | null = null;
    try {
      while (await this.#runs()) {
        const progress = await readProgress(this.store, this.name);
        if (progress !== null) {
          shown ??= new ProgressLine(progress);
          shown.update(progress);
        }
        await sleep(ASK_MS, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return false;
      }
      return true;
    } finally {
      shown?.end();
    }
  }

  async #runs(): Promise<boolean> {
    const { whoIsAt } = await import('@unitscope/tasks');
    return (await whoIsAt(this.store, this.name, null)) !== null;
  }

  async #status(): Promise<SweepStatus> {
    const { sweepStatus } = await import('@unitscope/tasks');
    return sweepStatus(this.store, this.name);
  }
}

async function temporalAnswers(): Promise<boolean> {
  try {
    const { SweepClient } = await import('@unitscope/workflows');
    await (await SweepClient.connect({ milliseconds: CONNECT_MS })).close();
    return true;
  } catch {
    return false;
  }
}

function statusLine(
  { name, state, cells, checkpoints, finished, failures, progress }: SweepStatus,
  address: string,
): string {
  const done = progress?.cells.done ?? cells.held;
  const over = progress?.checkpoints.done ?? finished;
  return (
    line`sweep ${name} in ${address}: ${state}, ${done}/${counted(cells.total, 'cell')}, ` +
    `${over}/${counted(checkpoints, 'checkpoint')}, ${counted(failures, 'task')} failed\n`
  );
}
