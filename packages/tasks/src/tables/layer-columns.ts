import type { LayerSummary } from '@unitscope/entropy';
import type { Cell } from '@unitscope/plan';
import { nullableTextColumn, sameText, textColumn, type Columns, type layersSchema } from '@unitscope/tables';

/** The cells of one layer, and its summaries: one a cell, then the mean over them. */
export interface LayerRows {
  readonly group: readonly Pick<
    Cell,
    'layer' | 'layerIndex' | 'category' | 'size' | 'croppedFrom' | 'activation'
  >[];
  readonly summaries: readonly LayerSummary[];
}

/** The layers/1 columns of one checkpoint, the rows in the order of its layers (docs/tables.md). */
export function layerColumns(
  checkpoint: string,
  index: number,
  layers: readonly LayerRows[],
): Columns<typeof layersSchema.columns> {
  const rows = layers.flatMap(({ group, summaries }) =>
    summaries.map((summary, i) => ({
      summary,
      cell: group[i] ?? group[0],
      scope: i < group.length ? 'category' : 'all',
    })),
  );
  const count = rows.length;
  const numbers = (value: (summary: LayerSummary) => number): Uint32Array =>
    Uint32Array.from(rows, ({ summary }) => value(summary));
  const figures: Figures = (value) => ({
    values: Float64Array.from(rows, ({ summary }) => value(summary) ?? 0),
    valid: Uint8Array.from(rows, ({ summary }) => (value(summary) === null ? 0 : 1)),
  });
  return {
    checkpoint: sameText(checkpoint, count),
    checkpoint_index: { values: new Int32Array(count).fill(index), valid: new Uint8Array(count).fill(1) },
    layer: nullableTextColumn(rows.map(({ cell }) => cell?.layer ?? null)),
    layer_index: {
      values: Int32Array.from(rows, ({ cell }) => cell?.layerIndex ?? 0),
      valid: Uint8Array.from(rows, ({ cell }) => (cell?.layerIndex == null ? 0 : 1)),
    },
    scope: textColumn(rows.map(({ scope }) => scope)),
    category: nullableTextColumn(
      rows.map(({ cell, scope }) => (scope === 'all' ? null : (cell?.category ?? null))),
    ),
    units: numbers((s) => s.units),
    sensitive_units: numbers((s) => s.sensitiveUnits),
    cells: numbers((s) => s.entropy.pairs),
    entropy_mean: figures((s) => s.entropy.mean),
    entropy_sd: figures((s) => s.entropy.sd),
    entropy_q05: figures((s) => s.entropy.q05),
    entropy_q25: figures((s) => s.entropy.q25),
    entropy_q50: figures((s) => s.entropy.q50),
    entropy_q75: figures((s) => s.entropy.q75),
    entropy_q95: figures((s) => s.entropy.q95),
    entropy_ci_low: figures((s) => s.entropy.low),
    entropy_ci_high: figures((s) => s.entropy.high),
    relative_entropy_mean: figures((s) => s.relativeEntropy.mean),
    relative_entropy_sd: figures((s) => s.relativeEntropy.sd),
    relative_entropy_q05: figures((s) => s.relativeEntropy.q05),
    relative_entropy_q25: figures((s) => s.relativeEntropy.q25),
    relative_entropy_q50: figures((s) => s.relativeEntropy.q50),
    relative_entropy_q75: figures((s) => s.relativeEntropy.q75),
    relative_entropy_q95: figures((s) => s.relativeEntropy.q95),
    relative_entropy_ci_low: figures((s) => s.relativeEntropy.low),
    relative_entropy_ci_high: figures((s) => s.relativeEntropy.high),
    selective_rate_mean: figures((s) => s.meanSelectiveRate),
    map_size: Uint32Array.from(rows, ({ cell }) => cell?.size ?? 0),
    cropped_from: nullableTextColumn(rows.map(({ cell }) => cell?.croppedFrom?.join('x') ?? null)),
    activation: nullableTextColumn(rows.map(({ cell }) => cell?.activation ?? null)),
    ...paperColumns(figures),
    sensitive_pairs: { values: numbers((s) => s.entropy.pairs), valid: new Uint8Array(count).fill(1) },
  };
}

type LayersColumns = Columns<typeof layersSchema.columns>;
type Figures = (value: (summary: LayerSummary) => number | null) => LayersColumns['entropy_paper_mean'];

/** H by the paper's text. */
function paperColumns(
  figures: Figures,
): Pick<LayersColumns, `entropy_paper_${string}` & keyof LayersColumns> {
  return {
    entropy_paper_mean: figures((s) => s.entropyPaper.mean),
    entropy_paper_sd: figures((s) => s.entropyPaper.sd),
    entropy_paper_q05: figures((s) => s.entropyPaper.q05),
    entropy_paper_q25: figures((s) => s.entropyPaper.q25),
    entropy_paper_q50: figures((s) => s.entropyPaper.q50),
    entropy_paper_q75: figures((s) => s.entropyPaper.q75),
    entropy_paper_q95: figures((s) => s.entropyPaper.q95),
    entropy_paper_ci_low: figures((s) => s.entropyPaper.low),
    entropy_paper_ci_high: figures((s) => s.entropyPaper.high),
  };
}
