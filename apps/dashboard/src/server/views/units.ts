import { chosenUnitColumns, type ChosenUnitRow } from '@unitscope/plots';
import { cellsOf } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** A person reads no more; how many there are is told. */
const MOST_UNITS = 500;

/** The units of a checkpoint whose H and ε lie within bounds, `from` among them and `to` not: a unit that is not sensitive has no H. */
export async function unitsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const units = await results.units(results.checkpoint(parameters.required('checkpoint')));
  const [layer, category] = [parameters.text('layer'), parameters.text('category')];
  const isEntropy = within(context, 'entropy');
  const isRate = within(context, 'rate');
  const rows: ChosenUnitRow[] = [];
  for (const cell of cellsOf(units)) {
    if (layer !== undefined && cell.layer !== layer) continue;
    if (category !== undefined && cell.category !== category) continue;
    for (let row = cell.from; row < cell.to; row++) {
      const entropy = units.entropy[row] ?? 0;
      const rate = units.selective_rate[row] ?? 0;
      if (units.sensitive[row] !== 1 || !isEntropy(entropy) || !isRate(rate)) continue;
      rows.push({
        ...{ layer: cell.layer ?? '', category: cell.category, unit: units.unit[row] ?? 0 },
        ...{ entropy, selective_rate: rate },
      });
    }
  }
  return rowsAnswer(chosenUnitColumns, { rows, notes: {} }, { most: MOST_UNITS });
}

function within({ parameters }: ViewContext, name: string): (value: number) => boolean {
  const from = parameters.number(`${name}From`, 0, Infinity) ?? 0;
  const to = parameters.number(`${name}To`, 0, Infinity) ?? Infinity;
  return (value) => value >= from && value < to;
}
