import type { Interval } from '@unitscope/entropy';
import {
  ablationAreasSchema,
  ablationSchema,
  encodeTable,
  nullableTextColumn,
  sameText,
  textColumn,
  type Columns,
  type NullableColumn,
} from '@unitscope/tables';
import type { Ablation } from './ablate.js';
import type { AblationCurve, CurveArea, Metric } from './curve.js';

/** The bytes of ablation/1: one row a step of each curve (docs/tables.md). */
export async function ablationTable(ablation: Ablation): Promise<Uint8Array> {
  const rows = ablation.curves.flatMap((curve) =>
    curve.points.map((point, step) => ({ curve, point, step })),
  );
  const columns: Columns<typeof ablationSchema.columns> = {
    ...placeColumns(ablation, rows.length),
    ...curveColumns(rows.map(({ curve }) => ({ ...curve.order, ...curve }))),
    random_order: numbers(rows.map(({ curve }) => curve.order.randomOrder)),
    step: Uint32Array.from(rows, ({ step }) => step),
    ablated: Uint32Array.from(rows, ({ point }) => point.ablated),
    unit: numbers(rows.map(({ curve, point }) => lastUnit(curve, point.ablated))),
    loss: Float64Array.from(rows, ({ point }) => point.loss),
    accuracy: Float64Array.from(rows, ({ point }) => point.accuracy),
    top5: Float64Array.from(rows, ({ point }) => point.top5),
  };
  return await encodeTable(ablationSchema, columns, { metadata: provenance(ablation) });
}

/** The bytes of ablation-areas/1: one row a curve, one for all random orders together. */
export async function ablationAreasTable(ablation: Ablation): Promise<Uint8Array> {
  const { areas } = ablation;
  const area = (metric: Metric): Float64Array => Float64Array.from(areas, (one) => one.areas[metric]);
  const bound = (metric: Metric, side: keyof Interval): NullableColumn<Float64Array> =>
    figures(areas.map((one) => one.intervals[metric]?.[side] ?? null));
  const over = (value: (one: NonNullable<CurveArea['overRandom']>) => number | undefined) =>
    figures(areas.map(({ overRandom }) => (overRandom === null ? null : (value(overRandom) ?? null))));
  const columns: Columns<typeof ablationAreasSchema.columns> = {
    ...placeColumns(ablation, areas.length),
    ...curveColumns(areas),
    random_orders: Uint32Array.from(areas, ({ randomOrders }) => randomOrders),
    loss_area: area('loss'),
    loss_area_low: bound('loss', 'low'),
    loss_area_high: bound('loss', 'high'),
    accuracy_area: area('accuracy'),
    accuracy_area_low: bound('accuracy', 'low'),
    accuracy_area_high: bound('accuracy', 'high'),
    top5_area: area('top5'),
    top5_area_low: bound('top5', 'low'),
    top5_area_high: bound('top5', 'high'),
    loss_over_random: over(({ loss }) => loss.difference),
    loss_over_random_low: over(({ loss }) => loss.interval?.low),
    loss_over_random_high: over(({ loss }) => loss.interval?.high),
    accuracy_over_random: over(({ accuracy }) => accuracy.difference),
    accuracy_over_random_low: over(({ accuracy }) => accuracy.interval?.low),
    accuracy_over_random_high: over(({ accuracy }) => accuracy.interval?.high),
  };
  return await encodeTable(ablationAreasSchema, columns, { metadata: provenance(ablation) });
}

function provenance({ sweep, backend, checkpoint, classes }: Ablation): Record<string, string> {
  return {
    'unitscope.sweep': sweep,
    'unitscope.backend': backend,
    'unitscope.checkpoint_digest': checkpoint.digest,
    'unitscope.classes': String(classes),
  };
}

function placeColumns({ checkpoint, layer }: Ablation, rows: number) {
  return {
    checkpoint: sameText(checkpoint.label, rows),
    checkpoint_index: sameNumber(checkpoint.index, rows),
    layer: sameText(layer.name, rows),
    layer_index: sameNumber(layer.index, rows),
  };
}

type Placed = Pick<CurveArea, 'ranking' | 'direction' | 'importance' | 'scope' | 'category' | 'images'>;

function curveColumns(rows: readonly Placed[]) {
  return {
    measure: textColumn(rows.map(({ ranking }) => ranking)),
    ranking: nullableTextColumn(rows.map(({ ranking }) => ranking)),
    direction: textColumn(rows.map(({ direction }) => direction)),
    importance_category: nullableTextColumn(rows.map(({ importance }) => importance)),
    scope: textColumn(rows.map(({ scope }) => scope)),
    category: nullableTextColumn(rows.map(({ category }) => category)),
    images: Uint32Array.from(rows, ({ images }) => images),
  };
}

/** The unit that was ablated last; null before the first, and where each category has an order of its own. */
function lastUnit({ order }: AblationCurve, ablated: number): number | null {
  return ablated === 0 ? null : (order.units[ablated - 1] ?? null);
}

function figures(values: readonly (number | null)[]): NullableColumn<Float64Array> {
  return {
    values: Float64Array.from(values, (value) => value ?? 0),
    valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}

function numbers(values: readonly (number | null)[]): NullableColumn<Uint32Array> {
  const { values: found, valid } = figures(values);
  return { values: Uint32Array.from(found), valid };
}

function sameNumber(value: number, rows: number): NullableColumn<Int32Array> {
  return { values: new Int32Array(rows).fill(value), valid: new Uint8Array(rows).fill(1) };
}
