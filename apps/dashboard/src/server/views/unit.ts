import { cellsOf, checkpointOrder, runQuery, UnknownNameError, sqlText } from '@unitscope/query';
import { histogramAt } from '@unitscope/tasks';
import { arrowTable } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';

const MOST_CHECKPOINTS = 200;
const MOST_UNIT = 2 ** 32 - 1;

/** A unit's H and ε at each checkpoint, by category. */
export async function unitPathView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const { results, checkpoints, axis, shown } = await context.sampled('steps', MOST_CHECKPOINTS);
  const { steps, checkpoints: ordered } = checkpointOrder(results, parameters.text('run'));
  const stepOf = new Map(ordered.map(({ index }, i) => [index, steps[i] ?? i]));
  const layer = parameters.required('layer');
  const unit = unitOf(context);
  const result = await runQuery(
    [results.only(checkpoints)],
    `SELECT checkpoint, checkpoint_index, category, ${results.definition === 'code' ? 'entropy' : 'entropy_paper'} AS entropy, selective_rate, ineffectiveness, births,
       images, sensitive
     FROM units WHERE layer = ${sqlText(layer)} AND unit = ${unit}${isLabel('category', parameters.text('category'))}`,
  );
  if (result.length === 0) throw new UnknownNameError(`no unit ${unit} in layer ${JSON.stringify(layer)}`);
  const places = new Map(checkpoints.map(({ index }, i) => [index, i]));
  const rows = result
    .records()
    .sort(
      (a, b) =>
        (places.get(Number(a['checkpoint_index'])) ?? 0) - (places.get(Number(b['checkpoint_index'])) ?? 0),
    );
  const body = arrowTable(
    rows,
    {
      checkpoint: ['text', (row) => row['checkpoint']],
      step: ['number', (row) => stepOf.get(Number(row['checkpoint_index']))],
      category: ['text', (row) => row['category']],
      entropy: ['number', (row) => row['entropy']],
      selective_rate: ['number', (row) => row['selective_rate']],
      ineffectiveness: ['number', (row) => row['ineffectiveness']],
      births: ['whole', (row) => row['births']],
      images: ['whole', (row) => row['images']],
      sensitive: ['flag', (row) => row['sensitive']],
    },
    { axis: axis ?? '', shown },
  );
  return { type: 'arrow', body };
}

/** How many images have each birth index at one checkpoint, over one category or all. */
export async function unitBirthsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const layer = parameters.required('layer');
  const category = parameters.text('category');
  const wanted = unitOf(context);
  const units = await results.units(checkpoint);
  const counts = new Map<number, number>();
  let [images, found, mapSize] = [0, false, 0];
  for (const cell of cellsOf(units)) {
    if (cell.layer !== layer || (category !== undefined && cell.category !== category)) continue;
    const row = units.unit.subarray(cell.from, cell.to).indexOf(wanted) + cell.from;
    if (row < cell.from) continue;
    found = true;
    mapSize = cell.mapSize;
    images += units.images[row] ?? 0;
    const { ranks, counts: born } = histogramAt(units.birth_histogram, row);
    ranks.forEach((rank, i) => counts.set(rank - 1, (counts.get(rank - 1) ?? 0) + (born[i] ?? 0)));
  }
  if (!found) {
    throw new UnknownNameError(`no unit ${wanted} in layer ${JSON.stringify(layer)} of ${checkpoint.label}`);
  }
  const rows = [...counts].sort(([a], [b]) => a - b);
  const body = arrowTable(
    rows,
    { index: ['whole', ([index]) => index], images: ['whole', ([, count]) => count] },
    {
      images: String(images),
      without: String(images - rows.reduce((sum, [, count]) => sum + count, 0)),
      threshold: String(results.restatement?.threshold ?? results.manifest.statistics.threshold),
      mapSize: String(mapSize),
    },
  );
  return { type: 'arrow', body };
}

/** The birth of every image of a unit, where the sweep kept births. */
export async function unitImagesView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const columns = { image: ['text', (row: readonly unknown[]) => row[1]] } as const;
  if (!results.manifest.keepBirths)
    return { type: 'arrow', body: arrowTable([], { ...columns }, { kept: 'no' }) };
  const result = await runQuery(
    [results.only([checkpoint])],
    `SELECT category, image, birth_rank FROM births WHERE layer = ${sqlText(parameters.required('layer'))}
     AND unit = ${unitOf(context)}${isLabel('category', parameters.text('category'))}`,
  );
  const body = arrowTable(
    result.rows(),
    {
      category: ['text', (row) => row[0]],
      ...columns,
      index: ['whole', (row) => (row[2] === null ? null : Number(row[2]) - 1)],
    },
    { kept: 'yes' },
  );
  return { type: 'arrow', body };
}

/** The unit that a request is about. */
export function unitOf({ parameters }: ViewContext): number {
  return parameters.whole('unit', 0, MOST_UNIT) ?? 0;
}
