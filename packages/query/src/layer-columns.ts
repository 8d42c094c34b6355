import type { LayerSummary } from '@unitscope/entropy';
import { layersSchema, nullableTextColumn, sameText, textColumn } from '@unitscope/tables';
import type { UnitCell } from './restate-statistics.js';
import type { LayersTable, ResultCheckpoint } from './sweep-results.js';

/** The cells of one layer, and its summaries: one a cell, then the mean over them. */
export interface LayerRows {
  readonly cells: readonly UnitCell[];
  readonly summaries: readonly LayerSummary[];
}

type Figure = { values: Float64Array; valid: Uint8Array };

/** Summaries as the rows of layers/1. */
export function layerColumns(checkpoint: ResultCheckpoint, layers: readonly LayerRows[]): LayersTable {
  const rows = layers.flatMap(({ cells, summaries }) =>
    summaries.map((summary, i) => ({
      summary,
      cell: cells[i] ?? cells[0],
      all: i >= cells.length,
    })),
  );
  const count = rows.length;
  const numbers = (value: (summary: LayerSummary) => number): Uint32Array =>
    Uint32Array.from(rows, ({ summary }) => value(summary));
  const figures: Record<string, Figure> = {};
  for (const [prefix, measure] of [
    ['entropy', 'entropy'],
    ['relative_entropy', 'relativeEntropy'],
  ] as const) {
    for (const [suffix, figure] of [
      ['mean', 'mean'],
      ['sd', 'sd'],
      ['q05', 'q05'],
      ['q25', 'q25'],
      ['q50', 'q50'],
      ['q75', 'q75'],
      ['q95', 'q95'],
      ['ci_low', 'low'],
      ['ci_high', 'high'],
    ] as const) {
      figures[`${prefix}_${suffix}`] = figureOf(rows.map(({ summary }) => summary[measure][figure]));
    }
  }
  const columns = {
    checkpoint: sameText(checkpoint.label, count),
    checkpoint_index: {
      values: new Int32Array(count).fill(checkpoint.index),
      valid: new Uint8Array(count).fill(1),
    },
    layer: nullableTextColumn(rows.map(({ cell }) => cell?.layer ?? null)),
    layer_index: {
      values: Int32Array.from(rows, ({ cell }) => cell?.layerIndex ?? 0),
      valid: Uint8Array.from(rows, ({ cell }) => (cell?.layerIndex == null ? 0 : 1)),
    },
    scope: textColumn(rows.map(({ all }) => (all ? 'all' : 'category'))),
    category: nullableTextColumn(rows.map(({ cell, all }) => (all ? null : (cell?.category ?? null)))),
    units: numbers((s) => s.units),
    sensitive_units: numbers((s) => s.sensitiveUnits),
    cells: numbers((s) => s.entropy.cells),
    ...figures,
    selective_rate_mean: figureOf(rows.map(({ summary }) => summary.meanSelectiveRate)),
    map_size: Uint32Array.from(rows, ({ cell }) => cell?.mapSize ?? 0),
  };
  const missing = Object.keys(layersSchema.columns).find((name) => !(name in columns));
  if (missing !== undefined) throw new RangeError(`layers/1: no column ${missing}`);
  return columns as unknown as LayersTable;
}

function figureOf(values: readonly (number | null)[]): Figure {
  return {
    values: Float64Array.from(values, (value) => value ?? 0),
    valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}
