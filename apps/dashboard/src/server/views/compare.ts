import {
  changedColumns,
  layerDifferenceColumns,
  outcomeColumns,
  unitDifferenceColumns,
} from '@unitscope/plots';
import {
  checkpointGroup,
  compareCheckpoints,
  comparisonNotes,
  layerDifferenceRows,
  listedChanges,
  outcomeRows,
  unitDifferenceRows,
  type CompareOptions,
  type Comparison,
} from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

const MOST_UNITS = 300;
const MOST_CHANGED = 1000;

/** What changed in each layer from A to B, over all categories or in one, and how sure that is. */
export async function compareLayersView(context: ViewContext): Promise<ViewAnswer> {
  const category = context.parameters.text('category');
  const categories = category !== undefined || context.parameters.text('categories') === 'yes';
  const found = layerDifferenceRows(await comparisonOf(context, categories ? undefined : 'layers'), {
    categories,
  });
  const rows = found.rows.filter((row) => category === undefined || row.category === category);
  return rowsAnswer(layerDifferenceColumns, { ...found, rows });
}

/** What A and B came to beside H: accuracies, losses, units that died. */
export async function compareOutcomesView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const [a, b] = ['a', 'b'].map((side) => checkpointGroup(results, context.parameters.required(side)));
  if (a === undefined || b === undefined) throw new TypeError('a comparison has two sides');
  const { checkpoints: looked } = await context.affordable();
  return rowsAnswer(outcomeColumns, await outcomeRows(results, a, b, { looked }));
}

/** The units that moved most from A to B. */
export async function compareUnitsView(context: ViewContext): Promise<ViewAnswer> {
  const found = unitDifferenceRows(await comparisonOf(context), context.parameters.text('layer'));
  return rowsAnswer(unitDifferenceColumns, found, { most: MOST_UNITS });
}

/** The units that died or awoke from A to B, by category: these have no H on one side, and did not move. */
export async function compareChangedView(context: ViewContext): Promise<ViewAnswer> {
  const comparison = await comparisonOf(context);
  const rows = listedChanges(comparison).filter(isOfLayer(context));
  return rowsAnswer(changedColumns, { rows, notes: comparisonNotes(comparison) }, { most: MOST_CHANGED });
}

function isOfLayer({ parameters }: ViewContext): (row: { readonly layer: string | null }) => boolean {
  const layer = parameters.text('layer');
  return (row) => layer === undefined || row.layer === layer;
}

/** The last comparison: the page asks for its layers and its units one after the other. */
let last: { readonly key: string; readonly comparison: Promise<Comparison> } | null = null;

async function comparisonOf(context: ViewContext, only?: CompareOptions['only']): Promise<Comparison> {
  const results = await context.results();
  const { parameters, request } = context;
  const a = checkpointGroup(results, parameters.required('a'));
  const b = checkpointGroup(results, parameters.required('b'));
  const key = JSON.stringify([
    request.sweep,
    results.manifest.specDigest,
    results.restatement,
    results.definition,
    only,
    ...[a, b].map(({ name, checkpoints }) => [name, checkpoints.map(({ label, digest }) => [label, digest])]),
  ]);
  if (last?.key !== key) last = { key, comparison: compareCheckpoints(results, a, b, { only }) };
  return last.comparison;
}
