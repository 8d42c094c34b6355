import { trainingsOf, type MetaValue } from '@unitscope/plan';
import { metadataColumns } from './checkpoint-group.js';
import { NoResultsError, UnknownNameError } from '../errors.js';
import { type SweepResults } from '../results/sweep-results.js';
import { suggestion, type ResultCheckpoint } from '../results/result-tables.js';

/** The checkpoints of one training with results, as it went through them. */
export interface ResultTraining {
  /** What tells it from the others, as `lr=0.01, seed=1`; null where there is one. */
  readonly run: string | null;
  /** The metadata that does not change along it. */
  readonly settings: Readonly<Record<string, MetaValue>>;
  readonly checkpoints: readonly ResultCheckpoint[];
  /** Its steps, one a checkpoint. */
  readonly steps: readonly number[];
}

export interface ResultTrainings {
  /** The metadata column that places the checkpoints (step, epoch …), or null: their place in the sweep. */
  readonly axis: string | null;
  /** The metadata that tells trainings apart. */
  readonly runColumns: readonly string[];
  readonly trainings: readonly ResultTraining[];
  /** Checkpoints without a step, or without what tells trainings apart: in no first or last, in no correlation. */
  readonly unplaced: readonly ResultCheckpoint[];
  /** What these lack. */
  readonly lacking: readonly string[];
  /** Why trainings cannot be told apart; then `trainings` is empty. */
  readonly problem: string | null;
}

/** The trainings of a sweep, as its manifest tells them apart, with the checkpoints that have results. */
export function resultTrainings({
  manifest,
  checkpoints,
}: Pick<SweepResults, 'manifest' | 'checkpoints'>): ResultTrainings {
  const found = trainingsOf(manifest.checkpoints, manifest.source.run);
  const held = new Map(checkpoints.map((checkpoint) => [checkpoint.index, checkpoint]));
  const trainings = found.trainings.map(({ run, settings, members, places }): ResultTraining => {
    const there = members.flatMap((member, i) => {
      const checkpoint = held.get(member);
      return checkpoint === undefined ? [] : [{ checkpoint, step: places[i] ?? 0 }];
    });
    return {
      run,
      settings,
      checkpoints: there.map(({ checkpoint }) => checkpoint),
      steps: there.map(({ step }) => step),
    };
  });
  return {
    axis: found.axis,
    runColumns: found.runColumns,
    trainings: trainings.filter((training) => training.checkpoints.length > 0),
    unplaced: found.unplaced.flatMap((index) => held.get(index) ?? []),
    lacking: found.lacking,
    problem: found.problem,
  };
}

/** That checkpoints stand apart, and for want of what: the first of them, with `most` 0 how many; '' where none does. */
export function unplacedWords(
  { unplaced, lacking }: { readonly unplaced: readonly string[]; readonly lacking: readonly string[] },
  most = 0,
): string {
  if (unplaced.length === 0) return '';
  const named = unplaced.slice(0, most).join(', ');
  const more = unplaced.length > most ? `${named}, and ${unplaced.length - most} more` : named;
  return `Not placed, for want of ${lacking.join(' or ')}: ${most === 0 ? unplaced.length : more}.`;
}

/** A training by what tells it apart: `lr=0.01, seed=1`, in any order. Throws UnknownNameError. */
export function trainingNamed({ trainings }: ResultTrainings, text: string): ResultTraining {
  const parts = (run: string): string =>
    run
      .split(',')
      .map((part) => part.replace(/\s*=\s*/, '=').trim())
      .sort()
      .join();
  const runs = trainings.flatMap(({ run }) => run ?? []);
  const found = trainings.find(({ run }) => run !== null && parts(run) === parts(text));
  if (found !== undefined) return found;
  const there = runs.length === 0 ? '; there is one training, which has no name' : suggestion(text, runs);
  throw new UnknownNameError(`no training ${JSON.stringify(text)}${there}`);
}

/** The training that a checkpoint is of; undefined where it is in none. */
export function trainingOf(
  { trainings }: ResultTrainings,
  checkpoint: ResultCheckpoint,
): ResultTraining | undefined {
  return trainings.find(({ checkpoints }) => checkpoints.some(({ index }) => index === checkpoint.index));
}

export interface CheckpointOrder {
  readonly axis: string | null;
  /** Which training these are of; null where there is one. */
  readonly run: string | null;
  readonly checkpoints: readonly ResultCheckpoint[];
  readonly steps: readonly number[];
  readonly unplaced: readonly ResultCheckpoint[];
}

/**
 * The checkpoints of one training, as it went through them: the one that `run` names, else the first. Where trainings
 * cannot be told apart they are all there, in the order of the sweep. Throws UnknownNameError.
 */
export function checkpointOrder(results: SweepResults, run?: string): CheckpointOrder {
  const found = resultTrainings(results);
  const { axis, unplaced, problem } = found;
  const training = run === undefined ? found.trainings[0] : trainingNamed(found, run);
  if (training !== undefined) {
    const { checkpoints, steps } = training;
    return { axis, run: training.run, checkpoints, steps, unplaced };
  }
  const checkpoints = problem === null ? unplaced : results.checkpoints;
  return {
    axis: null,
    run: null,
    checkpoints,
    steps: checkpoints.map(({ index }) => index),
    unplaced: problem === null ? [] : unplaced,
  };
}

/** The first and the last checkpoint of a training: of the one that is named, else of the first. Throws UnknownNameError. */
export function orderEnds(
  results: SweepResults,
  run?: string,
): { readonly first: ResultCheckpoint; readonly last: ResultCheckpoint } {
  const { checkpoints } = checkpointOrder(results, run);
  const [first, last] = [checkpoints[0], checkpoints.at(-1)];
  if (first !== undefined && last !== undefined) return { first, last };
  throw new NoResultsError(`sweep ${results.name}: no checkpoint has results`);
}

/** The metadata columns that hold numbers. */
export function numberColumns(results: SweepResults): string[] {
  return metadataColumns(results).filter((name) => {
    const values = results.checkpoints
      .map(({ meta }) => meta[name] ?? null)
      .filter((value) => value !== null);
    return values.length > 0 && values.every((value) => typeof value === 'number');
  });
}

/** A checkpoint's number in a metadata column; null where it has none. */
export function numberOf({ meta }: ResultCheckpoint, name: string): number | null {
  const value = meta[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
