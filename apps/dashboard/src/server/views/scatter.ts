import { binColumns, scatterBins, scatterTop, type BinNotes, type BinRow } from '@unitscope/plots';
import { cellsOf } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** How many units of each layer have which ε and H: counts of bins, however many units there are. */
export async function scatterView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const [layer, category] = [parameters.text('layer'), parameters.text('category')];
  const units = await results.units(checkpoint);
  const top = scatterTop(units.entropy.reduce((most, value) => Math.max(most, value), 0));
  const layers = new Map<string, { x: number; y: number }[]>();
  let [all, drawn] = [0, 0];
  for (const cell of cellsOf(units)) {
    if (layer !== undefined && cell.layer !== layer) continue;
    if (category !== undefined && cell.category !== category) continue;
    const points = layers.get(cell.layer ?? '') ?? [];
    layers.set(cell.layer ?? '', points);
    for (let row = cell.from; row < cell.to; row++) {
      all++;
      // A unit that is not sensitive has no H.
      if (units.sensitive[row] !== 1) continue;
      drawn++;
      points.push({ x: units.selective_rate[row] ?? 0, y: units.entropy[row] ?? 0 });
    }
  }
  const rows = [...layers].flatMap(([name, points]) =>
    scatterBins(points, top).map(({ x1, x2, y1, y2, count }): BinRow => ({
      ...{ layer: name, rate_from: x1, rate_to: x2 },
      ...{ entropy_from: y1, entropy_to: y2, units: count },
    })),
  );
  const notes: BinNotes = { all, drawn, top };
  return rowsAnswer(binColumns, { rows, notes });
}
