import { cellCount, trainingsOf, type Manifest, type MetaValue, type ManifestWork } from '@unitscope/plan';
import { compareText } from '@unitscope/base';
import type { ObjectStore } from '@unitscope/store';
import {
  checkpointsSchema,
  encodeTable,
  failuresSchema,
  nullableTextColumn,
  textColumn,
  type AnyColumn,
  type Columns,
  type MetaKind,
} from '@unitscope/tables';
import { SweepObjects } from '../sweeps/sweep-objects.js';

/** A task that was set aside; layer and category are null where it was about all of them. */
export interface FailureRow {
  readonly checkpoint: string;
  readonly layer: string | null;
  readonly category: string | null;
  readonly task: string;
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
}

/**
 * Writes checkpoints.arrow: the sweep's checkpoints, their metadata, and how many of their cells the result tables hold;
 * `held` is known where the sweep has ended.
 */
export async function writeCheckpoints(
  manifest: Manifest,
  store: ObjectStore,
  held: readonly (number | null)[] = [],
): Promise<void> {
  const { checkpoints } = manifest;
  const names = [...new Set(checkpoints.flatMap(({ meta }) => Object.keys(meta)))].sort(compareText);
  const kinds: Record<string, MetaKind> = {};
  const columns: Record<string, AnyColumn> = {
    checkpoint: textColumn(checkpoints.map(({ label }) => label)),
    checkpoint_index: Int32Array.from(checkpoints.keys()),
    digest: textColumn(checkpoints.map(({ digest }) => digest)),
    cells: {
      values: Uint32Array.from(checkpoints, (_, i) => held[i] ?? 0),
      valid: Uint8Array.from(checkpoints, (_, i) => (typeof held[i] === 'number' ? 1 : 0)),
    },
    cells_planned: Uint32Array.from(checkpoints, (_, i) => cellCount(manifest, i)),
    ...trainingColumns(manifest),
  };
  for (const name of names) {
    const values = checkpoints.map(({ meta }) => meta[name] ?? null);
    const kind = kindOf(values);
    kinds[name] = kind;
    columns[`meta_${name}`] = metaColumn(kind, values);
  }
  const schema = checkpointsSchema(kinds);
  const metadata = { 'unitscope.sweep': manifest.sweep, 'unitscope.spec_digest': manifest.specDigest };
  const bytes = await encodeTable(schema, columns as Columns<typeof schema.columns>, { metadata });
  await store.put(new SweepObjects(manifest.sweep).checkpoints, bytes);
}

/** Of which training each checkpoint is, and where in it. */
function trainingColumns({ checkpoints, source }: ManifestWork): Record<'run' | 'place', AnyColumn> {
  const { trainings } = trainingsOf(checkpoints, source.run);
  const runs = new Array<string | null>(checkpoints.length).fill(null);
  const places = { values: new Float64Array(checkpoints.length), valid: new Uint8Array(checkpoints.length) };
  for (const { run, members, places: steps } of trainings) {
    for (const [i, member] of members.entries()) {
      runs[member] = run;
      places.values[member] = steps[i] ?? 0;
      places.valid[member] = 1;
    }
  }
  return { run: nullableTextColumn(runs), place: places };
}

/** Writes failures.arrow, sorted; removes it where nothing failed. */
export async function writeFailures(
  manifest: Pick<Manifest, 'sweep' | 'checkpoints'>,
  store: ObjectStore,
  failures: readonly FailureRow[],
): Promise<void> {
  const key = new SweepObjects(manifest.sweep).failures;
  if (failures.length === 0) return store.delete(key);
  const labels = manifest.checkpoints.map(({ label }) => label);
  const rows = [...failures].sort(
    (a, b) =>
      labels.indexOf(a.checkpoint) - labels.indexOf(b.checkpoint) ||
      compareText(a.layer, b.layer) ||
      compareText(a.category, b.category),
  );
  const bytes = await encodeTable(failuresSchema, {
    checkpoint: nullableTextColumn(rows.map((row) => row.checkpoint)),
    layer: nullableTextColumn(rows.map((row) => row.layer)),
    category: nullableTextColumn(rows.map((row) => row.category)),
    task: textColumn(rows.map((row) => row.task)),
    attempts: Uint32Array.from(rows, (row) => row.attempts),
    code: textColumn(rows.map((row) => row.code)),
    message: textColumn(rows.map((row) => row.message)),
  });
  await store.put(key, bytes);
}

// A column has one type: text where the values are of several.
function kindOf(values: readonly MetaValue[]): MetaKind {
  const present = values.filter((value) => value !== null);
  if (present.every((value) => typeof value === 'number')) return 'float64';
  return present.every((value) => typeof value === 'boolean') ? 'bool' : 'utf8';
}

function metaColumn(kind: MetaKind, values: readonly MetaValue[]): AnyColumn {
  const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
  if (kind === 'utf8')
    return nullableTextColumn(values.map((value) => (value === null ? null : String(value))));
  const numbers = values.map(Number);
  return kind === 'bool'
    ? { values: Uint8Array.from(numbers), valid }
    : { values: Float64Array.from(numbers), valid };
}
