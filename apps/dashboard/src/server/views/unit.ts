import { birthColumns, imageBirthColumns, unitPathColumns } from '@unitscope/plots';
import { birthRows, imageBirthRows, unitPathRows, type UnitChoice } from '@unitscope/query';
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

/** The unit that a request is about. */
export function unitOf({ parameters }: ViewContext): number {
  return parameters.whole('unit') ?? 0;
}
