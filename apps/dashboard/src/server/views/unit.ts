import { birthColumns, imageBirthColumns, unitPathColumns } from '@unitscope/plots';
import { birthRows, cellsOf, imageBirthRows, unitPathRows, type UnitChoice } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import { MOST_ON_A_LINE, type ViewAnswer, type ViewContext } from '../view-request.js';

/** A unit's H and ε at each checkpoint, by category. */
export async function unitPathView(context: ViewContext): Promise<ViewAnswer> {
  const { results, checkpoints, shown } = await context.sampled('steps', MOST_ON_A_LINE);
  const run = context.parameters.text('run');
  const found = await unitPathRows(results, checkpoints, { ...choiceOf(context), run, shown });
  return rowsAnswer(unitPathColumns, found);
}

/** How many images have each birth index at one checkpoint, over one category or all. */
export async function unitBirthsView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const checkpoint = results.checkpoint(context.parameters.required('checkpoint'));
  return rowsAnswer(birthColumns, await birthRows(results, checkpoint, choiceOf(context)));
}

/** The birth of every image of a unit, where the sweep kept births. */
export async function unitImagesView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const checkpoint = results.checkpoint(context.parameters.required('checkpoint'));
  return rowsAnswer(imageBirthColumns, await imageBirthRows(results, checkpoint, choiceOf(context)));
}

function choiceOf(context: ViewContext): UnitChoice {
  const { parameters } = context;
  return {
    layer: parameters.required('layer'),
    category: parameters.text('category'),
    unit: unitOf(context),
  };
}

/** The unit of a layer that has a number, else the one that is nearest to it; null: it has none. */
export async function unitNearView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const units = await results.unitsTable(results.checkpoint(parameters.required('checkpoint')));
  const layer = parameters.required('layer');
  const numbers = cellsOf(units)
    .filter((cell) => cell.layer === layer)
    .flatMap(({ from, to }) => [...units.unit.subarray(from, to)]);
  const asked = unitOf(context);
  const unit = numbers.reduce<number | null>(
    (best, number) => (best === null || Math.abs(number - asked) < Math.abs(best - asked) ? number : best),
    null,
  );
  return { type: 'json', body: JSON.stringify({ unit }) };
}

/** The unit that a request is about. */
export function unitOf({ parameters }: ViewContext): number {
  return parameters.whole('unit') ?? 0;
}
