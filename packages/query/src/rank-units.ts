import {
  apozRanks,
  classSelectivityRanks,
  importanceRanks,
  kendall,
  l1Ranks,
  meanActivationRanks,
  selectiveRateRanks,
  spearman,
  RANKINGS,
  type Ranking,
} from '@unitscope/entropy';
import { UnknownNameError } from './errors.js';
import { cellsOf, type UnitCell } from './results/restate-statistics.js';
import { unitsBy } from './results/definition.js';
import { layerValues } from './trainings/layer-values.js';
import { type SweepResults } from './results/sweep-results.js';
import { suggestion, type ResultCheckpoint, type UnitsTable } from './results/result-tables.js';

/** One unit of a layer: what each ranking looks at, its mean over categories, and its place by it, 0 = most important. */
export interface RankedUnit {
  readonly layer: string | null;
  readonly unit: number;
  /** null where it is not known (l1 of activations made elsewhere) or not defined (class selectivity of a silent unit). */
  readonly values: Readonly<Record<Ranking, number | null>>;
  readonly ranks: Readonly<Record<Ranking, number | null>>;
  /** In the category, or in some category; a unit that is not has no H, and its rank by it is among the last by its number. */
  readonly sensitive: boolean;
}

/** A layer of the units that are ranked. */
export interface RankedLayer {
  readonly layer: string | null;
  readonly units: number;
  /** Sensitive in the category, or in some category. */
  readonly sensitive: number;
  /** Its mean entropy H (docs/method.md), `entropy_mean` of layers/1; null where no unit is sensitive. */
  readonly entropy: number | null;
}

/** How far two rankings of a layer's units agree: 1 the same order, −1 the reverse. */
export interface RankingAgreement {
  readonly layer: string | null;
  readonly first: Ranking;
  readonly second: Ranking;
  readonly units: number;
  readonly spearman: number | null;
  readonly kendall: number | null;
  /** Of Kendall's τ-b. */
  readonly p: number | null;
}

export interface UnitRanking {
  readonly checkpoint: string;
  readonly by: Ranking;
  /** The layers that are ranked. */
  readonly layers: readonly RankedLayer[];
  readonly units: readonly RankedUnit[];
  readonly agreement: readonly RankingAgreement[];
}

export interface RankOptions {
  readonly by: Ranking;
  /** One layer, one category; all of them where left out. */
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
}

/**
 * Ranks the units of each layer of a checkpoint (docs/method.md, section 2): by ineffectiveness or entropy ascending,
 * those below 0.1 last; by selective rate, L1 norm, mean activation or class selectivity descending; by APoZ ascending. Throws
 * UnknownNameError.
 */
export async function rankUnits(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  options: RankOptions,
): Promise<UnitRanking> {
  const table = await results.unitsTable(checkpoint);
  const shown = unitsBy(results.definition, table);
  const cells = chosenCells(cellsOf(table), options);
  const found = await layerValues(results.only([checkpoint]), [checkpoint], options.category);
  const entropies = new Map(found.map(({ layer, values: [value] }) => [layer, value?.entropy ?? null]));
  const units: RankedUnit[] = [];
  const layers: RankedLayer[] = [];
  const agreement: RankingAgreement[] = [];
  for (const group of Map.groupBy(cells, ({ layer, layerIndex }) =>
    JSON.stringify([layerIndex, layer]),
  ).values()) {
    const layer = rankLayer(table, shown, group);
    const { by } = options;
    layers.push({
      layer: group[0]?.layer ?? null,
      units: layer.length,
      sensitive: layer.filter(({ sensitive }) => sensitive).length,
      entropy: entropies.get(group[0]?.layer ?? '') ?? null,
    });
    units.push(...layer.sort((a, b) => (a.ranks[by] ?? a.unit) - (b.ranks[by] ?? b.unit)));
    agreement.push(...agreements(layer));
  }
  return { checkpoint: checkpoint.label, by: options.by, layers, units, agreement };
}

function chosenCells(cells: readonly UnitCell[], { layer, category }: RankOptions): UnitCell[] {
  const chosen = cells.filter(
    (cell) =>
      (layer === undefined || cell.layer === layer) && (category === undefined || cell.category === category),
  );
  if (chosen.length > 0) return chosen;
  const names = (value: (cell: UnitCell) => string | null): string[] => [
    ...new Set(cells.map((cell) => value(cell) ?? '')),
  ];
  const layers = names((cell) => cell.layer);
  if (layer !== undefined && !layers.includes(layer)) {
    throw new UnknownNameError(`no layer ${JSON.stringify(layer)}${suggestion(layer, layers)}`);
  }
  const categories = names((cell) => cell.category);
  throw new UnknownNameError(
    `no category ${JSON.stringify(category ?? '')}${suggestion(category ?? '', categories)}`,
  );
}

function rankLayer(table: UnitsTable, shown: UnitsTable, cells: readonly UnitCell[]): RankedUnit[] {
  const rowsOf = new Map<number, number[]>();
  for (const { from, to } of cells) {
    for (let row = from; row < to; row++) {
      const unit = table.unit[row] ?? 0;
      rowsOf.set(unit, [...(rowsOf.get(unit) ?? []), row]);
    }
  }
  const numbers = [...rowsOf.keys()].sort((a, b) => a - b);
  const means = (column: Float64Array, counts: (row: number) => boolean = () => true): Float64Array =>
    Float64Array.from(numbers, (unit) => {
      const rows = (rowsOf.get(unit) ?? []).filter(counts);
      return rows.reduce((sum, row) => sum + (column[row] ?? NaN), 0) / rows.length;
    });
  const isIn = ({ sensitive }: UnitsTable): boolean[] =>
    numbers.map((unit) => (rowsOf.get(unit) ?? []).some((row) => sensitive[row] === 1));
  const isSensitive = isIn(table);
  const has: Partial<Record<Ranking, boolean[]>> = { ineffectiveness: isSensitive, entropy: isIn(shown) };
  // Where a unit is not sensitive its H of 0 says nothing; where it is nowhere, it has none and ranks last by it.
  const sensitive = (column: Float64Array, of: UnitsTable): Float64Array =>
    means(column, (row) => of.sensitive[row] === 1).map((value) => (Number.isNaN(value) ? 0 : value));
  const values: Record<Ranking, Float64Array> = {
    ineffectiveness: sensitive(table.ineffectiveness, table),
    entropy: sensitive(shown.entropy, shown),
    selective_rate: means(table.selective_rate),
    l1: means(table.l1_norm.values, (row) => table.l1_norm.valid[row] === 1),
    apoz: means(table.apoz),
    mean: means(table.mean_activation),
    // Over all categories, whichever are ranked: the same in each of its rows.
    class_selectivity: means(
      table.class_selectivity.values,
      (row) => table.class_selectivity.valid[row] === 1,
    ),
  };
  const ranks: Record<Ranking, Int32Array> = {
    ineffectiveness: importanceRanks(values.ineffectiveness),
    entropy: importanceRanks(values.entropy),
    selective_rate: selectiveRateRanks(values.selective_rate),
    l1: l1Ranks(values.l1),
    apoz: apozRanks(values.apoz),
    mean: meanActivationRanks(values.mean),
    class_selectivity: classSelectivityRanks(values.class_selectivity),
  };
  const known = (by: Ranking, i: number): boolean => !Number.isNaN(values[by][i] ?? NaN);
  // Where a unit has no class selectivity it ranks last; where none of the layer has one, there is no such ranking.
  const hasSelectivity = values.class_selectivity.some((value) => !Number.isNaN(value));
  const isRanked = (by: Ranking): boolean => by === 'class_selectivity' && hasSelectivity;
  return numbers.map((unit, i) => ({
    layer: cells[0]?.layer ?? null,
    unit,
    values: each((by) => (known(by, i) && has[by]?.[i] !== false ? (values[by][i] ?? null) : null)),
    ranks: each((by) => (known(by, i) || isRanked(by) ? (ranks[by][i] ?? null) : null)),
    sensitive: isSensitive[i] === true,
  }));
}

function agreements(units: readonly RankedUnit[]): RankingAgreement[] {
  const layer = units[0]?.layer ?? null;
  return RANKINGS.flatMap((first, i) =>
    RANKINGS.slice(i + 1).flatMap((second) => {
      // Units without an H stand in the order of their numbers: that agrees with nothing.
      const has = ({ values }: RankedUnit, by: Ranking): boolean => values[by] !== null;
      const both = units.filter((unit) => has(unit, first) && has(unit, second));
      if (both.length === 0) return [];
      const x = both.map(({ ranks }) => ranks[first] ?? 0);
      const y = both.map(({ ranks }) => ranks[second] ?? 0);
      const tau = kendall(x, y);
      return {
        layer,
        first,
        second,
        units: both.length,
        spearman: spearman(x, y)?.r ?? null,
        kendall: tau?.tau ?? null,
        p: tau?.p ?? null,
      };
    }),
  );
}

function each(value: (by: Ranking) => number | null): Record<Ranking, number | null> {
  return {
    ineffectiveness: value('ineffectiveness'),
    entropy: value('entropy'),
    selective_rate: value('selective_rate'),
    l1: value('l1'),
    apoz: value('apoz'),
    mean: value('mean'),
    class_selectivity: value('class_selectivity'),
  };
}
