import { openImages, type ImageSource } from '@unitscope/datasets';
import type { AblatedNetwork } from '@unitscope/models';
import type { ManifestCategory, ModelsManifest } from '@unitscope/plan';
import { orderEnds, UnknownNameError, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import type { ResolvedImages } from '@unitscope/tasks';
import { ablatedCounts } from './ablation-steps.js';
import { classIndices, type ClassIndices, type ClassNames } from './class-indices.js';
import { curvesOf } from './curves-of.js';
import type { AblationCurve, CurveArea } from './curve.js';
import { AblationOptionError } from './errors.js';
import { evaluate, type AblationProgress } from './evaluate.js';
import { evaluationsOf, type Evaluation, type EvaluationPlan, type ImageBatch } from './evaluation-plan.js';
import { openLayer } from './evaluator.js';
import type { Direction, Measure } from './measure.js';
import { readOutcomes } from './read-outcomes.js';
import { unitOrders, type UnitOrder } from './unit-orders.js';

export interface AblateOptions {
  /** Label of the checkpoint; default: the last one. */
  readonly checkpoint?: string | undefined;
  /** A layer that the sweep measured. */
  readonly layer: string;
  /** Default: all measures that are known of the layer. */
  readonly by?: readonly Measure[] | undefined;
  /** Default: forward. */
  readonly directions?: readonly Direction[] | undefined;
  /** The categories whose rankings give orders; null: the mean over all categories. Default: null alone. */
  readonly importance?: readonly (string | null)[] | undefined;
  /** Evaluate a category's ranking on images of that category alone. Default: on all images. */
  readonly ownImages?: boolean | undefined;
  /** Units a step, or how many steps; default: ablatedCounts. */
  readonly every?: number | undefined;
  readonly steps?: number | undefined;
  /** How many random orders; default 10. */
  readonly randomOrders?: number | undefined;
  /** Of the random orders; default 0. */
  readonly seed?: number | undefined;
  /** Other images than those of the sweep, such as a held-out set (resolveImages). */
  readonly images?: ResolvedImages | undefined;
  /** Which output of the network is which category; default: as classIndices finds it. */
  readonly classes?: ClassNames | undefined;
  /** The output of class scores, where the network has several. */
  readonly output?: string | undefined;
  /** Resamples of the intervals; default 1,000; 0: none. */
  readonly resamples?: number | undefined;
  /** Worker threads; default: one a core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AblationProgress) => void) | undefined;
}

/** What becomes of a network's answers while the units of one layer are switched off one after another. */
export interface Ablation {
  readonly sweep: string;
  readonly checkpoint: ResultCheckpoint;
  readonly layer: { readonly name: string; readonly index: number; readonly units: number };
  readonly backend: string;
  /** How many classes the network scores, and how each category's was found. */
  readonly classes: number;
  readonly classSource: string;
  /** Images evaluated. */
  readonly images: number;
  /** Image evaluations of this run, those found in the store left out, and the seconds they took. */
  readonly evaluated: number;
  readonly seconds: number;
  readonly curves: readonly AblationCurve[];
  readonly areas: readonly CurveArea[];
}

/** Batches are as large as this allows: what passes from before the layer to after it. */
const BATCH_BYTES = 64 * 2 ** 20;
const LARGEST_BATCH = 32;

/**
 * Cumulative ablation (docs/ablation.md) of a layer of a finished sweep, in the orders that the sweep's rankings give.
 * Evaluations are kept in the sweep's store: what is there is not done again. Throws the InputErrors of the cause.
 */
export async function ablate(results: SweepResults, options: AblateOptions): Promise<Ablation> {
  const checkpoint =
    options.checkpoint === undefined ? orderEnds(results).last : results.checkpoint(options.checkpoint);
  const { source, checkpoints, semantics } = results.manifest;
  const entry = checkpoints[checkpoint.index];
  if (source.kind !== 'models' || entry?.model === undefined) {
    throw new AblationOptionError(
      `sweep ${results.name} is over activation files; ablation needs its models`,
    );
  }
  refuseUnmeasured(source, entry.model.layerSet, options.layer);
  const images: ResolvedImages = options.images ?? source;
  const set = source.layerSets[entry.model.layerSet];
  const setting = {
    semantics,
    checkpoint: entry,
    layer: options.layer,
    tap: source.tap ?? 'after-activation',
    inputSize: set?.inputSize,
    output: options.output ?? null,
    source: {
      images: images.images,
      maxPixels: images.maxPixels,
      preprocess: source.preprocess,
      imageLibrary: source.imageLibrary,
    },
  };
  const network = await openLayer(setting, results.store);
  const { layer, classes, backend } = network;
  await network.dispose();
  refuseUnselected(results, source, entry.model.layerSet, options.layer);
  const importance = options.importance ?? [null];
  const categories = evaluatedCategories(images.categories, importance, options.ownImages ?? false);
  const found = await findClasses(images, categories, classes, options.classes);
  const orders = await unitOrders(results, checkpoint, {
    layer: options.layer,
    units: layer.units,
    by: options.by,
    directions: options.directions ?? ['forward'],
    importance,
    randomOrders: options.randomOrders ?? 10,
    seed: options.seed ?? 0,
  });
  const counts = ablatedCounts(layer.units, options);
  const plan: EvaluationPlan = {
    ...setting,
    // Where the sweep took one image a forward pass, images of a batch may influence each other.
    batches: batchesOf(categories, found, set?.batchSize === 1 ? 1 : batchSize(network)),
    orders: orders.map(({ units }) => stepsOf(units, counts)),
  };
  const wanted = (order: UnitOrder, category: string): boolean =>
    options.ownImages !== true || order.importance === null || order.importance === category;
  const started = performance.now();
  let evaluated = 0;
  await evaluate(plan, evaluationsIn(plan, orders, wanted), results.store, {
    ...options,
    onProgress: (progress) => {
      evaluated = progress.done - progress.cached;
      options.onProgress?.(progress);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const outcomes = await readOutcomes(plan, results.store, counts, (order, category) => {
    const which = orders[order];
    return which !== undefined && wanted(which, category);
  });
  const identity = `${checkpoint.digest}/${options.layer}`;
  const { curves, areas } = curvesOf(
    { orders, outcomes, counts, categories: categories.map(({ label }) => label) },
    identity,
    options.resamples ?? 1000,
  );
  return {
    sweep: results.name,
    checkpoint,
    layer: { name: layer.name, index: layer.index, units: layer.units },
    backend,
    classes,
    classSource: found.source,
    images: categories.reduce((sum, category) => sum + category.images.length, 0),
    evaluated,
    seconds,
    curves,
    areas,
  };
}

function refuseUnmeasured({ layerSets }: ModelsManifest, set: number, layer: string): void {
  const { layers = [], unmeasured = [] } = layerSets[set] ?? {};
  if (layers.some(({ name }) => name === layer)) return;
  const why = unmeasured.find(({ name }) => name === layer);
  if (why !== undefined) {
    throw new AblationOptionError(
      `layer "${layer}" was not measured, so that its units have no ranking: ${why.reason}`,
    );
  }
  // Another layer: the network says which there are, and then the sweep.
}

function refuseUnselected(
  { name }: SweepResults,
  { layerSets }: ModelsManifest,
  set: number,
  layer: string,
): void {
  if (layerSets[set]?.layers.some((measured) => measured.name === layer) === true) return;
  throw new AblationOptionError(
    `layer "${layer}" is in the checkpoint, but sweep ${name} did not measure it, so that its units have no ranking: ` +
      'add it to source.models.layers of the spec and run the sweep again; what is measured stays',
  );
}

/** The categories whose images are evaluated. Throws UnknownNameError. */
function evaluatedCategories(
  all: readonly ManifestCategory[],
  importance: readonly (string | null)[],
  own: boolean,
): readonly ManifestCategory[] {
  if (!own) return all;
  if (importance.includes(null)) {
    throw new AblationOptionError('a ranking that is the mean over all categories has no images of its own');
  }
  for (const wanted of importance) {
    if (all.some(({ label }) => label === wanted)) continue;
    throw new UnknownNameError(
      `the images have no category "${wanted ?? ''}"; there are ${all.map(({ label }) => label).join(', ')}`,
    );
  }
  return all.filter(({ label }) => importance.includes(label));
}

async function findClasses(
  images: ResolvedImages,
  categories: readonly ManifestCategory[],
  outputs: number,
  given: ClassNames | undefined,
): Promise<ClassIndices> {
  const wanted = categories.map(({ label }) => label);
  const source = images.images as unknown as ImageSource;
  const classNames = 'classNames' in source ? source.classNames : undefined;
  // Images that were uploaded may be gone from here; then those that were drawn are all that is known.
  const all =
    (given ?? classNames) === undefined
      ? await openImages(source).then(
          (set) => set.categories,
          () => images.categories.map(({ label }) => label),
        )
      : [];
  return classIndices({ wanted, all, classNames }, outputs, given);
}

function batchSize({ batch, floats }: AblatedNetwork): number {
  if (batch !== null) return batch;
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_BYTES / (4 * floats))));
}

function batchesOf(
  categories: readonly ManifestCategory[],
  { indices }: ClassIndices,
  size: number,
): ImageBatch[] {
  return categories.flatMap(({ label, images }) =>
    Array.from({ length: Math.ceil(images.length / size) }, (_, i) => ({
      category: label,
      right: indices.get(label) ?? 0,
      images: images.slice(i * size, (i + 1) * size),
    })),
  );
}

function stepsOf(units: readonly number[], counts: readonly number[]): number[][] {
  return counts.map((count, i) => units.slice(counts[i - 1] ?? 0, count).sort((a, b) => a - b));
}

/** Batch after batch, so that what comes before the layer is run once for all orders. */
function evaluationsIn(
  plan: EvaluationPlan,
  orders: readonly UnitOrder[],
  wanted: (order: UnitOrder, category: string) => boolean,
): Evaluation[] {
  return plan.batches.flatMap(({ category }, batch) =>
    orders.flatMap((order, i) => (wanted(order, category) ? evaluationsOf(plan, batch, i) : [])),
  );
}
