import { basename } from 'node:path';
import type { MetaValue, TrainerName } from '@unitscope/plan';
import { NothingFoundError } from '../../errors.js';
import type { LogRow } from '../logs/log-rows.js';
import { lookAtMeta } from '../looks/look-at-files.js';
import type { Looks } from '../looks/looks.js';
import { reasonOf } from '@unitscope/base';
import { RunLogs } from './run-logs.js';
import type { RunCheckpoint, Trainer } from './trainer.js';
import { TRAINERS } from './trainers.js';

/** What places a checkpoint in its run: never another's by a setting or a log. */
const AXES = ['step', 'epoch', 'iteration'] as const;

export interface FromRuns {
  /** The checkpoints among the paths, in their order, each with the folder of its run. */
  readonly kept: ReadonlyMap<
    string,
    { readonly run: string; readonly meta: Readonly<Record<string, MetaValue>> }
  >;
  readonly notices: readonly string[];
}

/**
 * The checkpoints of a trainer's runs among paths, with what their runs say of them. `written`: the glob that found them.
 * What cannot be read of a run is a notice. Throws NothingFoundError where none of the paths is such a checkpoint.
 */
export async function runCheckpoints(
  from: TrainerName,
  paths: readonly string[],
  written: string,
  looks: Looks,
): Promise<FromRuns> {
  const trainer = TRAINERS[from];
  const notices = new Set<string>();
  const found: RunCheckpoint[] = [];
  for (const path of paths) {
    const run = trainer.file.test(basename(path)) ? await trainer.run(path) : null;
    if (run !== null)
      found.push({ path, run, said: { ...trainer.place?.(path), ...(await lookAtMeta(looks, path)) } });
  }
  if (found.length === 0)
    throw new NothingFoundError(
      `checkpoints: from: ${from}: none of the ${paths.length} paths of ${written} is a checkpoint as ${from} leaves it; the first is ${paths[0] ?? ''}`,
    );
  const kept = withoutCopies(trainer, found);
  const left = paths.length - kept.length;
  if (left > 0) {
    const names = new Set(kept.map(({ path }) => path));
    const first = paths.find((path) => !names.has(path)) ?? '';
    notices.add(
      `checkpoints: from: ${from}: ${left} of ${paths.length} paths of ${written} are no checkpoints of their own and left out (${first}${left > 1 ? ', …' : ''})`,
    );
  }
  const logs = new RunLogs();
  const known = new Map<string, FromRunsEntry>();
  for (const checkpoint of kept) {
    const { path, run, said } = checkpoint;
    const noted = async (read: Promise<LogRow>): Promise<LogRow> =>
      await read.catch((error: unknown) => {
        notices.add(`checkpoints: from: ${from}: ${run}: ${reasonOf(error)}`);
        return {};
      });
    const logged = await noted(trainer.logged(checkpoint, logs));
    const settings = await noted(trainer.settings(checkpoint));
    known.set(path, { run, meta: { ...logged, ...settings, ...said, ...placeIn(logged, said) } });
  }
  return { kept: known, notices: [...notices] };
}

type FromRunsEntry = FromRuns['kept'] extends ReadonlyMap<string, infer E> ? E : never;

/** A setting called `epoch` is none of the checkpoint's. */
function placeIn(logged: LogRow, said: LogRow): LogRow {
  return Object.fromEntries(
    AXES.flatMap((axis) => {
      const value = said[axis] ?? logged[axis];
      return value === undefined ? [] : [[axis, value]];
    }),
  );
}

/** `last.ckpt` is kept where no other checkpoint of its run is at its place. */
function withoutCopies({ copies }: Trainer, found: readonly RunCheckpoint[]): RunCheckpoint[] {
  if (copies === undefined) return [...found];
  const placeOf = ({ run, said }: RunCheckpoint): string =>
    `${run}\n${said['step'] ?? ''}\n${said['epoch'] ?? ''}`;
  const isCopy = ({ path }: RunCheckpoint): boolean => copies.test(basename(path));
  const taken = new Set(found.filter((one) => !isCopy(one)).map(placeOf));
  return found.filter((one) => {
    if (!isCopy(one)) return true;
    const place = placeOf(one);
    const isFirst = !taken.has(place);
    taken.add(place);
    return isFirst;
  });
}
