import { cellsOf, type UnitsTable } from '@unitscope/query';

/** What is known of one unit in one category; class selectivity is over all categories. */
export interface UnitMeasures {
  readonly entropyPaper: number;
  readonly entropy: number;
  readonly selectiveRate: number;
  /** Share of zeros in its maps. */
  readonly apoz: number;
  /** L1 norm of a map, mean over images: mean activation × map size². */
  readonly l1: number;
  readonly classSelectivity: number;
}

/** A birth on so many images makes a unit worth to be looked at. */
const OFTEN = 0.5;

/** Where a layer's units of its first category stand in the table. */
function firstCell(units: UnitsTable, layer: string): { from: number; to: number } {
  const cell = cellsOf(units).find((found) => found.layer === layer);
  if (cell === undefined) throw new RangeError(`no units of ${layer}`);
  return cell;
}

/**
 * The unit that is looked at: the first of the layer with a birth on half of the first category's images, else the one with the
 * most births. H has no say in it.
 */
export function chosenUnit(units: UnitsTable, layer: string): number {
  const { from, to } = firstCell(units, layer);
  let best = 0;
  for (let unit = 0; unit < to - from; unit++) {
    const rate = units.selective_rate[from + unit] ?? 0;
    if (rate >= OFTEN) return unit;
    if (rate > (units.selective_rate[from + best] ?? 0)) best = unit;
  }
  return best;
}

/** A unit of a layer in the first category. */
export function unitMeasures(units: UnitsTable, layer: string, unit: number): UnitMeasures {
  const row = firstCell(units, layer).from + unit;
  const maybe = ({ valid, values }: UnitsTable['class_selectivity']): number =>
    valid[row] === 1 ? (values[row] ?? NaN) : NaN;
  return {
    entropyPaper: maybe(units.entropy_paper),
    entropy: units.entropy[row] ?? NaN,
    selectiveRate: units.selective_rate[row] ?? NaN,
    apoz: units.apoz[row] ?? NaN,
    l1: (units.mean_activation[row] ?? NaN) * (units.map_size[row] ?? NaN) ** 2,
    classSelectivity: maybe(units.class_selectivity),
  };
}
