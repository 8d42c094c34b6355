import type { LayerSet } from '@unitscope/plan';
import { orderEnds, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import type { ResolvedImages } from '@unitscope/tasks';
import { ablatedCounts } from './ablation-steps.js';
import type { ClassNames } from './class-indices.js';
import { curvesOf } from './curves-of.js';
import type { AblationCurve, CurveArea } from './curve.js';
import type { AblationRanking } from '@unitscope/entropy';
import { AblationOptionError } from './errors.js';
import { batchesOf, batchSize, evaluatedCategories, findClasses } from './evaluated-images.js';
import type { ObjectStore } from '@unitscope/store';
import { evaluate, type AblationProgress } from './evaluate.js';
import { evaluationsOf, type Evaluation, type EvaluationPlan } from './evaluation-plan.js';
import { openLayer } from './evaluator.js';
import { readOutcomes, type Outcomes } from './read-outcomes.js';
import { unitOrders, type Direction, type UnitOrder } from './unit-orders.js';

export interface AblateOptions {
  /** Label of the checkpoint; default: the last one. */
  readonly checkpoint?: string | undefined;
  /** A layer that the sweep measured. */
  readonly layer: string;
  /** Default: all measures that are known of the layer. */
  readonly by?: readonly AblationRanking[] | undefined;
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

/**
 * Cumulative ablation (docs/ablation.md) of a layer of a finished sweep, in the orders that the sweep's rankings give.
 * Evaluations are kept in the sweep's store: what is there is not done again. Throws the InputErrors of the cause.
 */
export async function ablate(results: SweepResults, options: AblateOptions): Promise<Ablation> {
  const checkpoint =
    options.checkpoint === undefined ? orderEnds(results).last : results.checkpoint(options.checkpoint);
  const { setting, layerSet, images } = settingOf(results, checkpoint.index, options);
  const network = await openLayer(setting, results.store);
  const { layer, classes, backend } = network;
  await network.dispose();
  refuseUnselected(results.name, layerSet, options.layer);
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
    batches: batchesOf(categories, found, layerSet?.batchSize === 1 ? 1 : batchSize(network)),
    orders: orders.map(({ units }) => stepsOf(units, counts)),
  };
  const { outcomes, evaluated, seconds } = await outcomesOf(plan, orders, counts, results.store, options);
  const { curves, areas } = curvesOf(
    { orders, outcomes, counts, categories: categories.map(({ label }) => label) },
    `${checkpoint.digest}/${options.layer}`,
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

interface Setting {
  /** All that evaluations depend on but their batches and orders. */
  readonly setting: Omit<EvaluationPlan, 'batches' | 'orders'>;
  readonly layerSet: LayerSet | undefined;
  readonly images: ResolvedImages;
}

/** Throws AblationOptionError where the sweep is over activation files, or could not measure the layer. */
function settingOf(
  { name, manifest }: SweepResults,
  index: number,
  { layer, images: others, output }: AblateOptions,
): Setting {
  const { source, checkpoints, semantics } = manifest;
  const checkpoint = checkpoints[index];
  if (source.kind !== 'models' || checkpoint?.model === undefined) {
    throw new AblationOptionError(`sweep ${name} is over activation files; ablation needs its models`);
  }
  const layerSet = source.layerSets[checkpoint.model.layerSet];
  refuseUnmeasured(layerSet, layer);
  const images: ResolvedImages = others ?? source;
  const setting = {
    semantics,
    checkpoint,
    layer,
    tap: source.tap ?? 'after-activation',
    inputSize: layerSet?.inputSize,
    output: output ?? null,
    source: {
      images: images.images,
      maxPixels: images.maxPixels,
      preprocess: source.preprocess,
      imageLibrary: source.imageLibrary,
    },
  };
  return { setting, layerSet, images };
}

/** Evaluates what is not in the store yet, and reads all: of how many, and the seconds it took. */
async function outcomesOf(
  plan: EvaluationPlan,
  orders: readonly UnitOrder[],
  counts: readonly number[],
  store: ObjectStore,
  options: AblateOptions,
): Promise<{ outcomes: Outcomes; evaluated: number; seconds: number }> {
  const wanted = (order: UnitOrder, category: string): boolean =>
    options.ownImages !== true || order.importance === null || order.importance === category;
  const started = performance.now();
  let evaluated = 0;
  await evaluate(plan, evaluationsIn(plan, orders, wanted), store, {
    ...options,
    onProgress: (progress) => {
      evaluated = progress.done - progress.cached;
      options.onProgress?.(progress);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const outcomes = await readOutcomes(plan, store, counts, (order, category) => {
    const which = orders[order];
    return which !== undefined && wanted(which, category);
  });
  return { outcomes, evaluated, seconds };
}

function refuseUnmeasured(layerSet: LayerSet | undefined, layer: string): void {
  const { layers = [], unmeasured = [] } = layerSet ?? {};
  if (layers.some(({ name }) => name === layer)) return;
  const why = unmeasured.find(({ name }) => name === layer);
  if (why !== undefined) {
    throw new AblationOptionError(
      `layer "${layer}" was not measured, so that its units have no ranking: ${why.reason}`,
    );
  }
  // Another layer: the network says which there are, and then the sweep.
}

function refuseUnselected(sweep: string, layerSet: LayerSet | undefined, layer: string): void {
  if (layerSet?.layers.some(({ name }) => name === layer) === true) return;
  throw new AblationOptionError(
    `layer "${layer}" is in the checkpoint, but sweep ${sweep} did not measure it, so that its units have no ranking: ` +
      'add it to source.models.layers of the spec and run the sweep again; what is measured stays',
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
