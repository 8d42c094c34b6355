import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLimited } from '@unitscope/base';
import { AskedProcess, writeWhole } from '@unitscope/process';
import { ReproductionInterruptedError, TrainingFailedError } from '../errors.js';
import type { TrainingReply, TrainingRequest } from './training-process.js';
import { isTrained, type TrainingRun } from './training-run.js';

type Trainer = AskedProcess<TrainingRequest, TrainingReply>;
const newTrainer = (): Trainer =>
  new AskedProcess({ entry: new URL('./training-process.js', import.meta.url) });

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
  const trainers: Trainer[] = [];
  const idle: Trainer[] = [];
  try {
    await eachLimited(waiting, processes, async (run) => {
      const trainer = idle.pop() ?? newTrainer();
      trainers.push(trainer);
      await trainIn(trainer, { run, networks }, signal);
      idle.push(trainer);
      done++;
      onTrained?.(run, done, runs.length);
    });
  } finally {
    for (const trainer of trainers) trainer.end();
  }
}

async function trainIn(trainer: Trainer, request: TrainingRequest, signal?: AbortSignal): Promise<void> {
  const answer = await trainer.ask(request, { signal });
  if ('reply' in answer) {
    if ('done' in answer.reply) return;
    throw new TrainingFailedError(`training ${request.run.name}: ${answer.reply.failed}`);
  }
  const { by, code, signal: ending } = answer.ended;
  if (by === 'signal')
    throw new ReproductionInterruptedError('interrupted; finished trainings and measurements are kept');
  throw new TrainingFailedError(
    `training ${request.run.name}: its process ended (${ending ?? `exit code ${code ?? 0}`})`,
  );
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
