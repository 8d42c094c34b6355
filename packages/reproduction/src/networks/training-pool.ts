import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReproductionInterruptedError, TrainingFailedError } from '../errors.js';
import type { TrainingReply, TrainingRequest } from './training-process.js';
import { isTrained, type TrainingRun } from './training-run.js';
import { writeWhole } from '@unitscope/process';

export interface TrainingPoolOptions {
  readonly processes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onTrained?: (run: TrainingRun, done: number, total: number) => void;
}

/**
 * Trains what is not there yet, one process a core; a training takes one thread. Throws TrainingFailedError, ReproductionInterruptedError.
 */
export async function trainAll(
  networks: string,
  asked: readonly TrainingRun[],
  { processes, signal, onTrained }: TrainingPoolOptions,
): Promise<void> {
  const runs = [...new Map(asked.map((run) => [run.name, run])).values()];
  const waiting: TrainingRun[] = [];
  for (const run of runs) if (!(await isTrained(networks, run))) waiting.push(run);
  let done = runs.length - waiting.length;
  const lane = async (): Promise<void> => {
    let child: ChildProcess | null = null;
    try {
      for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
        child ??= startProcess();
        await trainIn(child, { run, networks }, signal);
        done++;
        onTrained?.(run, done, runs.length);
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    } finally {
      child?.kill('SIGKILL');
    }
  };
  const lanes = Math.min(processes, waiting.length);
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}

function startProcess(): ChildProcess {
  return fork(new URL('./training-process.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function trainIn(child: ChildProcess, request: TrainingRequest, signal?: AbortSignal): Promise<void> {
  const { name } = request.run;
  await new Promise<void>((resolve, reject) => {
    const over = (): void => {
      signal?.removeEventListener('abort', onAbort);
      child.off('message', onMessage).off('exit', onExit);
    };
    const onAbort = (): void => {
      over();
      reject(new ReproductionInterruptedError('interrupted; finished trainings and measurements are kept'));
    };
    const onExit = (code: number | null, ending: string | null): void => {
      over();
      reject(
        new TrainingFailedError(
          `training ${name}: its process ended (${ending ?? `exit code ${code ?? 0}`})`,
        ),
      );
    };
    const onMessage = (reply: TrainingReply): void => {
      over();
      if ('done' in reply) resolve();
      else reject(new TrainingFailedError(`training ${name}: ${reply.failed}`));
    };
    child.on('message', onMessage).on('exit', onExit);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    else child.send(request);
  });
}

/** The logs of trainings as one, with the column `run` (`pooling-plain/clean/seed-1/step-0008`), for sweeps to read. */
export async function joinLogs(networks: string, runs: readonly TrainingRun[], to: string): Promise<void> {
  let header = '';
  const rows: string[] = [];
  for (const { name } of runs) {
    const [first = '', ...lines] = (await readFile(join(networks, name, 'log.csv'), 'utf8'))
      .trimEnd()
      .split('\n');
    header = `run,${first}`;
    for (const line of lines) {
      const step = line.slice(0, line.indexOf(',')).padStart(4, '0');
      rows.push(`${name}/step-${step},${line}`);
    }
  }
  await writeWhole(to, `${[header, ...rows].join('\n')}\n`);
}
