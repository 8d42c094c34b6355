import { escapeHtml, holeStill, type PageTheme } from '@unitscope/plots';
import { cellsOf, orderEnds, rankUnits, type SweepResults } from '@unitscope/query';
import { holeOf } from '../charts/hole-of.js';
import { reportFigure } from './report-figure.js';

/** The most important unit of the deepest layer and the hole of one of its maps; nothing where there are no maps. */
export async function unitPart(results: SweepResults, theme: PageTheme): Promise<string> {
  const checkpoint = orderEnds(results).last;
  const { units } = await rankUnits(results, checkpoint, { by: 'ineffectiveness' });
  const layer = units.at(-1)?.layer;
  const [unit] = units.filter((one) => one.layer === layer && one.values.ineffectiveness !== null);
  if (unit === undefined) return '';
  const table = await results.units(checkpoint);
  const cell = cellsOf(table).find(({ layer: name, from, to }) => {
    const at = table.unit.subarray(from, to).indexOf(unit.unit);
    return name === unit.layer && at >= 0 && table.sensitive[from + at] === 1;
  });
  const category = cell?.category ?? null;
  const still = await holeOf(results, checkpoint, { layer: unit.layer, category, unit: unit.unit });
  if (still === null) return '';
  const title = `Unit ${unit.unit} of ${unit.layer ?? ''} at ${checkpoint.label}`;
  const words = `${title}, the most important of the deepest layer by ineffectiveness. ${still.caption}.`;
  const figure = await reportFigure((look) => Promise.resolve(holeStill({ ...still, title }, look)), theme);
  return `<h2>A hole</h2><p>${escapeHtml(words)}</p>${figure}`;
}
