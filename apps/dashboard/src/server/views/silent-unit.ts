import { evenly } from '@unitscope/entropy';
import {
  MeasuredCells,
  resultTrainings,
  runQuery,
  sqlText,
  trainingOf,
  type ResultCheckpoint,
  type SweepResults,
} from '@unitscope/query';

/** Of a longer training so many checkpoints are looked at, in even steps. */
const MOST_CHECKPOINTS = 200;

interface Placed {
  readonly checkpoint: string;
  readonly step: number;
}

/** When a unit that is sensitive in no category at a checkpoint is sensitive in some, within its training. */
export interface SilentUnit {
  readonly axis: string | null;
  /** The last checkpoint before this one at which it is, and the first after it. */
  readonly last: Placed | null;
  readonly next: Placed | null;
  /** Checkpoints that were looked at, and how many the training has. */
  readonly looked: number;
  readonly checkpoints: number;
}

interface Place {
  readonly layer: string;
  readonly unit: number;
}

/** null: not known, since nothing places the checkpoint or some of its categories were not measured. */
export async function silentUnit(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, unit }: Place,
): Promise<SilentUnit | null> {
  const trainings = resultTrainings(results);
  const training = trainingOf(trainings, checkpoint);
  if (training === undefined) return null;
  const { checkpoints, steps } = training;
  if (!(await MeasuredCells.read(results)).isWhole(checkpoint, layer, checkpoints)) return null;
  const looked = evenly(checkpoints, MOST_CHECKPOINTS);
  const found = await runQuery(
    [results.only(looked)],
    `SELECT DISTINCT checkpoint_index FROM units WHERE sensitive AND layer = ${sqlText(layer)} AND unit = ${unit}`,
  );
  const alive = new Set(found.rows().map(([index]) => Number(index)));
  const here = checkpoints.findIndex(({ index }) => index === checkpoint.index);
  const placed = checkpoints.map(({ index, label }, i): Placed | null =>
    alive.has(index) ? { checkpoint: label, step: steps[i] ?? i } : null,
  );
  return {
    axis: trainings.axis,
    last: placed.slice(0, here).findLast((one) => one !== null) ?? null,
    next: placed.slice(here + 1).find((one) => one !== null) ?? null,
    looked: looked.length,
    checkpoints: checkpoints.length,
  };
}
