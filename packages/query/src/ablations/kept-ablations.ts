import type { AblationCurveRow, AblationCurves } from '@unitscope/plots';
import { ablationSchema, type Columns, TableFile, textAt } from '@unitscope/tables';
import { SweepObjects } from '@unitscope/tasks';
import { UnknownNameError } from '../errors.js';
import type { SweepResults } from '../results/sweep-results.js';

type Rows = Columns<typeof ablationSchema.columns>;

/** What is kept of one run of `unitscope ablate`. */
export interface KeptAblation {
  readonly id: string;
  readonly checkpoint: string;
  readonly layer: string;
  readonly rankings: readonly string[];
  readonly directions: readonly string[];
  readonly units: number;
  readonly images: number;
  /** Whether the checkpoint is still the file that it was made of. */
  readonly isCurrent: boolean;
}

/** The ablations that are kept with a sweep, by checkpoint and depth. */
export async function keptAblations(results: SweepResults): Promise<KeptAblation[]> {
  const found: { readonly kept: KeptAblation; readonly at: readonly [number, number] }[] = [];
  for (const id of await keptIds(results)) {
    const { rows, digest } = await readAblation(results, id);
    const checkpoint = textAt(rows.checkpoint, 0) ?? '';
    const current = results.checkpoints.find(({ label }) => label === checkpoint);
    const curves = curvesOf(rows);
    const kept: KeptAblation = {
      ...{ id, checkpoint, layer: textAt(rows.layer, 0) ?? '' },
      rankings: [...new Set(curves.map(({ ranking }) => ranking))],
      directions: [...new Set(curves.map(({ direction }) => direction))],
      units: rows.ablated.reduce((most, ablated) => Math.max(most, ablated), 0),
      images: rows.images.reduce((most, images) => Math.max(most, images), 0),
      isCurrent: current?.digest === digest,
    };
    found.push({ kept, at: [current?.index ?? Infinity, rows.layer_index.values[0] ?? 0] });
  }
  return found
    .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1] || (a.kept.id < b.kept.id ? -1 : 1))
    .map(({ kept }) => kept);
}

/** The curves of one of them. Throws UnknownNameError. */
export async function ablationCurves(results: SweepResults, id: string): Promise<AblationCurves> {
  const ids = await keptIds(results);
  if (!ids.includes(id))
    throw new UnknownNameError(
      `sweep ${results.name}: no ablation ${JSON.stringify(id)}; there are ${ids.join(', ') || 'none'}`,
    );
  const { rows, classes } = await readAblation(results, id);
  return {
    sweep: results.name,
    checkpoint: textAt(rows.checkpoint, 0) ?? '',
    layer: textAt(rows.layer, 0) ?? '',
    units: rows.ablated.reduce((most, ablated) => Math.max(most, ablated), 0),
    images: rows.images.reduce((most, images) => Math.max(most, images), 0),
    classes,
    curves: curvesOf(rows),
  };
}

async function keptIds({ store, name }: SweepResults): Promise<string[]> {
  const { ablations } = new SweepObjects(name);
  const ids: string[] = [];
  for await (const { key } of store.list(ablations)) {
    const id = /^([0-9a-f]{16})\.arrow$/.exec(key.slice(ablations.length))?.[1];
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

async function readAblation(
  { store, name }: SweepResults,
  id: string,
): Promise<{ readonly rows: Rows; readonly digest: string; readonly classes: number }> {
  const reader = await store.open(new SweepObjects(name).ablation(id));
  try {
    const file = await TableFile.open(reader, ablationSchema);
    const { metadata } = file;
    return {
      rows: await file.readAll(),
      digest: metadata.get('unitscope.checkpoint_digest') ?? '',
      classes: Number(metadata.get('unitscope.classes') ?? 0),
    };
  } finally {
    await reader.close();
  }
}

/** Rows of one curve stand together, step 0 first. */
function curvesOf(rows: Rows): AblationCurveRow[] {
  const curves: (AblationCurveRow & { points: AblationCurveRow['points'][number][] })[] = [];
  const label = ({ codes, labels }: Rows['direction'], row: number): string => labels[codes[row] ?? 0] ?? '';
  for (const [row, step] of rows.step.entries()) {
    if (step === 0)
      curves.push({
        ranking: textAt(rows.ranking, row) ?? '',
        direction: label(rows.direction, row) === 'reverse' ? 'reverse' : 'forward',
        importance: textAt(rows.importance_category, row),
        scope: scopeOf(label(rows.scope, row)),
        category: textAt(rows.category, row),
        points: [],
      });
    curves.at(-1)?.points.push({
      ablated: rows.ablated[row] ?? 0,
      accuracy: rows.accuracy[row] ?? 0,
      top5: rows.top5[row] ?? 0,
      loss: rows.loss[row] ?? 0,
    });
  }
  return curves;
}

function scopeOf(text: string): AblationCurveRow['scope'] {
  return text === 'category' || text === 'own' ? text : 'all';
}
