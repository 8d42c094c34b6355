import { later, nullable, required, type ColumnSpec, type TableSchema } from './column.js';

// The columns of docs/design.md, in its order. Labels and indices are null where a file does not say them.
const place = {
  checkpoint: nullable('label'),
  checkpoint_index: nullable('int32'),
  layer: nullable('label'),
  layer_index: nullable('int32'),
};

/** One row a unit and image; birth_rank is raw, null where no hole was born. */
export const birthsSchema = {
  name: 'births/1',
  columns: {
    ...place,
    category: nullable('label'),
    unit: required('uint32'),
    image: required('utf8'),
    birth_rank: nullable('uint32'),
  },
} as const satisfies TableSchema;

/** One row a unit. */
export const unitsSchema = {
  name: 'units/1',
  columns: {
    ...place,
    category: nullable('label'),
    unit: required('uint32'),
    map_size: required('uint32'),
    images: required('uint32'),
    births: required('uint32'),
    selective_rate: required('float64'),
    absent_rate: required('float64'),
    entropy: required('float64'),
    entropy_mm: required('float64'),
    entropy_null: required('float64'),
    ineffectiveness: required('float64'),
    importance_rank: required('uint32'),
    sensitive: required('bool'),
    mean_activation: required('float64'),
    apoz: required('float64'),
    l1_norm: nullable('float64'),
    birth_histogram: required('histogram'),
    entropy_paper: later('float64'),
    class_selectivity: later('float64'),
  },
} as const satisfies TableSchema;

/** One row a layer and category, and one for the mean over the categories; null where no unit is sensitive. */
export const layersSchema = {
  name: 'layers/1',
  columns: {
    ...place,
    scope: required('utf8'),
    category: nullable('label'),
    units: required('uint32'),
    sensitive_units: required('uint32'),
    /** The earlier name of `sensitive_pairs`; goes with version 0.4. */
    cells: required('uint32'),
    entropy_mean: nullable('float64'),
    entropy_sd: nullable('float64'),
    entropy_q05: nullable('float64'),
    entropy_q25: nullable('float64'),
    entropy_q50: nullable('float64'),
    entropy_q75: nullable('float64'),
    entropy_q95: nullable('float64'),
    entropy_ci_low: nullable('float64'),
    entropy_ci_high: nullable('float64'),
    relative_entropy_mean: nullable('float64'),
    relative_entropy_sd: nullable('float64'),
    relative_entropy_q05: nullable('float64'),
    relative_entropy_q25: nullable('float64'),
    relative_entropy_q50: nullable('float64'),
    relative_entropy_q75: nullable('float64'),
    relative_entropy_q95: nullable('float64'),
    relative_entropy_ci_low: nullable('float64'),
    relative_entropy_ci_high: nullable('float64'),
    selective_rate_mean: nullable('float64'),
    map_size: required('uint32'),
    cropped_from: nullable('utf8'),
    activation: later('utf8'),
    entropy_paper_mean: later('float64'),
    entropy_paper_sd: later('float64'),
    entropy_paper_q05: later('float64'),
    entropy_paper_q25: later('float64'),
    entropy_paper_q50: later('float64'),
    entropy_paper_q75: later('float64'),
    entropy_paper_q95: later('float64'),
    entropy_paper_ci_low: later('float64'),
    entropy_paper_ci_high: later('float64'),
    sensitive_pairs: later('uint32'),
  },
} as const satisfies TableSchema;

/** One row a training, layer, category and unit, and one over all categories (`scope`): where along the training it is sensitive. */
export const aliveSchema = {
  name: 'alive/1',
  columns: {
    run: nullable('label'),
    layer: nullable('label'),
    layer_index: nullable('int32'),
    scope: required('utf8'),
    category: nullable('label'),
    unit: required('uint32'),
    alive: required('uint32'),
    last_alive: nullable('uint32'),
    alive_first: nullable('bool'),
    alive_last: nullable('bool'),
  },
} as const satisfies TableSchema;

/** One row a cell of the result tables: keys of its objects in the store; null where the sweep kept none of the kind. */
export const objectsSchema = {
  name: 'objects/1',
  columns: {
    ...place,
    category: nullable('label'),
    activations: nullable('utf8'),
    units: required('utf8'),
    births: nullable('utf8'),
  },
} as const satisfies TableSchema;

/** One row a task that failed. */
export const failuresSchema = {
  name: 'failures/1',
  columns: {
    checkpoint: nullable('label'),
    layer: nullable('label'),
    category: nullable('label'),
    task: required('utf8'),
    attempts: required('uint32'),
    code: required('utf8'),
    message: required('utf8'),
  },
} as const satisfies TableSchema;

/** Content-keyed object of a measured activation file: one row a unit, no label. `images` is m. */
export const unitHistogramsSchema = {
  name: 'unit-histograms/1',
  columns: {
    unit: required('uint32'),
    images: required('uint32'),
    activation_mean: required('float64'),
    zeros: required('count'),
    l1_norm: nullable('float64'),
    birth_histogram: required('histogram'),
  },
} as const satisfies TableSchema;

/** Content-keyed object of the births of an activation file: one row a unit and image, no label. */
export const unitBirthsSchema = {
  name: 'unit-births/1',
  columns: {
    unit: required('uint32'),
    image: required('utf8'),
    birth_rank: nullable('uint32'),
  },
} as const satisfies TableSchema;

/** Content-keyed object of some images evaluated with units ablated: rows by step, then image (docs/ablation.md). */
export const evaluationsSchema = {
  name: 'evaluations/1',
  columns: {
    loss: required('float64'),
    ahead: required('uint32'),
  },
} as const satisfies TableSchema;

// Which curve a row is of; category: whose images were evaluated, null for all of them.
const curve = {
  ...place,
  /** The earlier name of `ranking`; goes with version 0.4. */
  measure: required('label'),
  direction: required('label'),
  importance_category: nullable('label'),
  scope: required('utf8'),
  category: nullable('label'),
  images: required('uint32'),
} as const;

/** One row a step of a curve of cumulative ablation. */
export const ablationSchema = {
  name: 'ablation/1',
  columns: {
    ...curve,
    random_order: nullable('uint32'),
    step: required('uint32'),
    ablated: required('uint32'),
    unit: nullable('uint32'),
    loss: required('float64'),
    accuracy: required('float64'),
    top5: required('float64'),
    ranking: later('label'),
  },
} as const satisfies TableSchema;

/** One row a curve: the areas under it, and how far they are from those of random orders. */
export const ablationAreasSchema = {
  name: 'ablation-areas/1',
  columns: {
    ...curve,
    random_orders: required('uint32'),
    loss_area: required('float64'),
    loss_area_low: nullable('float64'),
    loss_area_high: nullable('float64'),
    accuracy_area: required('float64'),
    accuracy_area_low: nullable('float64'),
    accuracy_area_high: nullable('float64'),
    top5_area: required('float64'),
    top5_area_low: nullable('float64'),
    top5_area_high: nullable('float64'),
    loss_over_random: nullable('float64'),
    loss_over_random_low: nullable('float64'),
    loss_over_random_high: nullable('float64'),
    accuracy_over_random: nullable('float64'),
    accuracy_over_random_low: nullable('float64'),
    accuracy_over_random_high: nullable('float64'),
    ranking: later('label'),
  },
} as const satisfies TableSchema;

/** One row a unit of one layer and category. Both labels are texts as they are (utf8) or by a dictionary (label). */
export function measurementsSchema<K extends 'utf8' | 'label', L extends 'utf8' | 'label'>(
  layer: K,
  category: L,
) {
  return {
    name: 'measurements/1',
    columns: {
      layer: required(layer),
      layer_index: required('int32'),
      category: required(category),
      unit: required('uint32'),
      map_size: required('uint32'),
      images: required('uint32'),
      birth_histogram: required('histogram'),
      activation_sum: required('float64'),
      activation_zeros: required('count'),
      l1_norm: nullable('float64'),
    },
  } as const satisfies TableSchema;
}

const checkpointColumns = {
  checkpoint: required('label'),
  checkpoint_index: required('int32'),
  digest: required('utf8'),
  cells: nullable('uint32'),
  cells_planned: required('uint32'),
  run: nullable('utf8'),
  place: nullable('float64'),
} as const;

/** What a `meta_*` column holds: number → float64, boolean → bool, text → utf8. */
export type MetaKind = 'float64' | 'bool' | 'utf8';
export type MetaColumns = Readonly<Record<`meta_${string}`, ColumnSpec<MetaKind, true>>>;

/** One row a checkpoint; `meta` has the kind of every scalar of the spec, by its name without `meta_`. */
export function checkpointsSchema(
  meta: Readonly<Record<string, MetaKind>>,
): TableSchema<typeof checkpointColumns & MetaColumns> {
  const names = Object.keys(meta).sort();
  const columns: Record<`meta_${string}`, ColumnSpec<MetaKind, true>> = {};
  for (const name of names) columns[`meta_${name}`] = nullable(meta[name] ?? 'utf8');
  return { name: 'checkpoints/1', columns: { ...checkpointColumns, ...columns } };
}
