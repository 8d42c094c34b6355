import { openAblation, type AblatedBatch, type AblatedNetwork } from '@unitscope/models';
import type { ManifestModel } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { encodeTable, evaluationsSchema } from '@unitscope/tables';
import { checkpointFiles, imageBytes, ImageLoader } from '@unitscope/tasks';
import { ablatedAfter, evaluationKey, type Evaluation, type EvaluationPlan } from './evaluation-plan.js';
import { imageOutcome, type ImageOutcome } from './image-outcome.js';

export interface EvaluationOutcome {
  /** Images times steps. */
  readonly evaluated: number;
  /** Of these, found in the store. */
  readonly cached: number;
}

/** Opens the layer of a sweep's checkpoint to be ablated, its files unchanged. Throws InputErrors of the cause. */
export async function openLayer(
  plan: Omit<EvaluationPlan, 'batches' | 'orders'>,
  store: ObjectStore,
): Promise<AblatedNetwork> {
  const { checkpoint, layer, tap, inputSize, output } = plan;
  const { path, weights } = await checkpointFiles(checkpoint, store);
  return await openAblation(path, layer, {
    tap,
    ...(weights && { weights }),
    ...(inputSize && { inputSize: { height: inputSize[0], width: inputSize[1] } }),
    ...(output !== null && { output }),
    ...(checkpoint.model && { backend: backendName(checkpoint.model) }),
  });
}

/** The backend's option from its identity, `tfjs-backend-wasm 4.22.0` → wasm. */
function backendName({ format, backend }: ManifestModel): 'onnxruntime' | 'tfjs-node' | 'wasm' {
  if (format === 'onnx') return 'onnxruntime';
  return backend.startsWith('tfjs-node') ? 'tfjs-node' : 'wasm';
}

/** Does evaluations of one plan, one at a time; holds on to the network, and to the batch that it ran up to the layer. */
export class Evaluator {
  readonly #plan: EvaluationPlan;
  readonly #store: ObjectStore;
  #network: Promise<AblatedNetwork> | null = null;
  #loader: Promise<ImageLoader> | null = null;
  #held: HeldBatch | null = null;

  constructor(plan: EvaluationPlan, store: ObjectStore) {
    this.#plan = plan;
    this.#store = store;
  }

  /** Writes the object of an evaluation where it is not there yet. */
  async run(evaluation: Evaluation): Promise<EvaluationOutcome> {
    const { batch, order, from, to } = evaluation;
    const { images = [] } = this.#plan.batches[batch] ?? {};
    const evaluated = images.length * (to - from);
    const key = evaluationKey(this.#plan, evaluation);
    if ((await this.#store.head(key)) !== undefined) return { evaluated, cached: evaluated };
    const held = await this.#hold(batch);
    const outcomes: ImageOutcome[] = [];
    for (let step = from; step < to; step++) {
      outcomes.push(...(await held.outcomes(ablatedAfter(this.#plan, order, step, held.units))));
    }
    const columns = {
      loss: Float64Array.from(outcomes, ({ loss }) => loss),
      ahead: Uint32Array.from(outcomes, ({ ahead }) => ahead),
    };
    await this.#store.put(key, await encodeTable(evaluationsSchema, columns));
    return { evaluated, cached: 0 };
  }

  async close(): Promise<void> {
    this.#held?.batch.dispose();
    await (await this.#network)?.dispose();
  }

  async #hold(index: number): Promise<HeldBatch> {
    if (this.#held?.index === index) return this.#held;
    this.#held?.batch.dispose();
    this.#held = null;
    const { source, batches } = this.#plan;
    const { category = '', images = [], right = 0 } = batches[index] ?? {};
    this.#loader ??= imageBytes(source, batches[0]?.images[0], this.#store).then(
      (bytes) => new ImageLoader(source, bytes),
    );
    this.#network ??= openLayer(this.#plan, this.#store);
    const network = await this.#network;
    const { height, width, channels } = network.input;
    const input = new Float32Array(images.length * height * width * channels);
    await (await this.#loader).fill(input, category, images, 0, images.length, network.input);
    const batch = await network.begin(input, images.length);
    const names = images.map(({ label }) => `${category}/${label}`);
    this.#held = new HeldBatch(index, batch, network.layer.units, network.classes, right, names);
    return this.#held;
  }
}

/** A batch run up to the layer. Every order begins with nothing ablated and ends with everything: known after the first. */
class HeldBatch {
  #none: readonly ImageOutcome[] | null = null;
  #all: readonly ImageOutcome[] | null = null;

  constructor(
    readonly index: number,
    readonly batch: AblatedBatch,
    readonly units: number,
    private readonly classes: number,
    private readonly right: number,
    private readonly images: readonly string[],
  ) {}

  async outcomes(ablated: Uint8Array): Promise<readonly ImageOutcome[]> {
    const off = ablated.reduce((sum, unit) => sum + unit, 0);
    if (off === 0) return (this.#none ??= await this.#evaluate(ablated));
    if (off === this.units) return (this.#all ??= await this.#evaluate(ablated));
    return await this.#evaluate(ablated);
  }

  async #evaluate(ablated: Uint8Array): Promise<readonly ImageOutcome[]> {
    const scores = await this.batch.scores(ablated);
    return this.images.map((image, i) =>
      imageOutcome(scores.subarray(i * this.classes, (i + 1) * this.classes), this.right, image),
    );
  }
}
