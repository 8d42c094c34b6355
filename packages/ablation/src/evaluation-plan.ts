import { canonicalJson, type Json } from '@unitscope/base';
import {
  sha256,
  type ManifestCheckpoint,
  type ManifestImage,
  type MapShape,
  type ModelsManifest,
  type TapKind,
  contentObject,
} from '@unitscope/plan';

/** All that the evaluations of one layer depend on; threads get it as it is. */
export interface EvaluationPlan {
  readonly semantics: number;
  readonly checkpoint: ManifestCheckpoint;
  readonly layer: string;
  readonly tap: TapKind;
  /** At which the network is run, where it leaves height or width open. */
  readonly inputSize: MapShape | undefined;
  /** The network's output of class scores, where it has several. */
  readonly output: string | null;
  readonly source: Pick<ModelsManifest, 'images' | 'maxPixels' | 'preprocess' | 'imageLibrary'>;
  readonly batches: readonly ImageBatch[];
  /** For each order: the units that each step ablates, ascending; the first step ablates none. */
  readonly orders: readonly (readonly (readonly number[])[])[];
}

/** Images of one category that are evaluated together. */
export interface ImageBatch {
  readonly category: string;
  /** The output that stands for the category. */
  readonly right: number;
  readonly images: readonly ManifestImage[];
}

/** Some steps of one order, on one batch of images: one object of the store. */
export interface Evaluation {
  readonly batch: number;
  readonly order: number;
  /** The steps `from` … `to`, the latter not included. */
  readonly from: number;
  readonly to: number;
}

/** Steps of one object, nothing ablated and 32 more: a kill loses at most these on one batch, a thread. */
const STEPS = 33;

/** The evaluations of one order on one batch. */
export function evaluationsOf(plan: EvaluationPlan, batch: number, order: number): Evaluation[] {
  const steps = plan.orders[order]?.length ?? 0;
  const evaluations: Evaluation[] = [];
  for (let from = 0; from < steps; from += STEPS) {
    evaluations.push({ batch, order, from, to: Math.min(steps, from + STEPS) });
  }
  return evaluations;
}

/** The store's key of an evaluation: a digest of what determines its numbers. */
export function evaluationKey(plan: EvaluationPlan, { batch, order, from, to }: Evaluation): string {
  const { images = [], right = 0 } = plan.batches[batch] ?? {};
  const steps = plan.orders[order] ?? [];
  const content: Json = {
    object: 'evaluations',
    semantics: plan.semantics,
    weights: plan.checkpoint.digest,
    backend: plan.checkpoint.model?.backend ?? '',
    layer: plan.layer,
    tap: plan.tap,
    ...(plan.inputSize && { inputSize: plan.inputSize }),
    output: plan.output,
    preprocess: plan.source.preprocess,
    imageLibrary: plan.source.imageLibrary,
    images: images.map(({ sha256: digest, encoding }) => ({ digest, encoding })),
    right,
    // What is ablated before the first of these steps, in whatever order, and what each of them adds.
    before: steps
      .slice(0, from)
      .flat()
      .sort((a, b) => a - b),
    steps: steps.slice(from, to).map((units) => [...units]),
  };
  return contentObject('evaluations', sha256(canonicalJson(content)));
}

/** The units that are ablated after a step, as AblatedBatch takes them. */
export function ablatedAfter(plan: EvaluationPlan, order: number, step: number, units: number): Uint8Array {
  const ablated = new Uint8Array(units);
  for (const added of plan.orders[order]?.slice(0, step + 1) ?? [])
    for (const unit of added) ablated[unit] = 1;
  return ablated;
}
