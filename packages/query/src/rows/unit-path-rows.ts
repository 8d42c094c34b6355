import type { ImageBirthRow, ImageBirthRows, UnitPathRow, UnitPathRows } from '@unitscope/plots';
import { checkpointOrder } from '../checkpoints/checkpoint-order.js';
import { UnknownNameError } from '../errors.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { CellValue } from '../sql/query-result.js';
import { runQuery } from '../sql/run-query.js';
import { sqlText } from '../sql/sql-text.js';
import type { UnitChoice } from './unit-rows.js';

export interface UnitPathOptions extends UnitChoice {
  /** Which training these checkpoints are of, and how many of how many they are. */
  readonly run?: string | undefined;
  readonly shown?: string;
}

/** A unit at each of these checkpoints, by category. Throws UnknownNameError. */
export async function unitPathRows(
  results: SweepResults,
  checkpoints: readonly ResultCheckpoint[],
  { run, shown = String(checkpoints.length), ...choice }: UnitPathOptions,
): Promise<UnitPathRows> {
  const order = checkpointOrder(results, run);
  const stepOf = new Map(order.checkpoints.map(({ index }, i) => [index, order.steps[i] ?? i]));
  const entropy = results.definition === 'code' ? 'entropy' : 'entropy_paper';
  const found = await runQuery(
    [results.only(checkpoints)],
    `SELECT checkpoint, checkpoint_index, category, ${entropy} AS entropy, selective_rate, ineffectiveness, births, images, sensitive
     FROM units WHERE ${isUnit(choice)}`,
  );
  if (found.length === 0)
    throw new UnknownNameError(`no unit ${choice.unit} in layer ${JSON.stringify(choice.layer)}`);
  const places = new Map(checkpoints.map(({ index }, i) => [index, i]));
  const placeOf = (row: Record<string, CellValue>): number =>
    places.get(Number(row['checkpoint_index'])) ?? 0;
  const rows = found
    .records()
    .sort((a, b) => placeOf(a) - placeOf(b))
    .map((row): UnitPathRow => {
      return {
        checkpoint: textOf(row['checkpoint']) ?? '',
        step: stepOf.get(Number(row['checkpoint_index'])) ?? 0,
        category: textOf(row['category']),
        entropy: Number(row['entropy']),
        selective_rate: Number(row['selective_rate']),
        ineffectiveness: Number(row['ineffectiveness']),
        births: Number(row['births']),
        images: Number(row['images']),
        sensitive: row['sensitive'] === true,
      };
    });
  return { rows, notes: { axis: order.axis, shown } };
}

/** The birth of every image of a unit at a checkpoint; none where the sweep kept no births. */
export async function imageBirthRows(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  choice: UnitChoice,
): Promise<ImageBirthRows> {
  if (!results.manifest.keepBirths) return { rows: [], notes: {} };
  const found = await runQuery(
    [results.only([checkpoint])],
    `SELECT category, image, birth_rank FROM births WHERE ${isUnit(choice)}`,
  );
  const rows = found.records().map((row): ImageBirthRow => {
    const { category, image, birth_rank: rank } = row;
    return {
      category: textOf(category),
      image: textOf(image) ?? '',
      index: typeof rank === 'number' ? rank - 1 : null,
    };
  });
  return { rows, notes: {} };
}

function isUnit({ layer, category, unit }: UnitChoice): string {
  const one = category === undefined ? '' : ` AND category = ${sqlText(category)}`;
  return `layer = ${sqlText(layer)} AND unit = ${unit}${one}`;
}

function textOf(value: CellValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
