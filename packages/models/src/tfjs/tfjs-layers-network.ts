import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { UnreadableModelError, UnsupportedModelError } from '../errors.js';
import { kerasToOnnx } from './keras-to-onnx.js';
import type { UnseenConvolution } from '../layer.js';
import { needed } from '../graph/network-split.js';
import type { Op } from '../graph/op-graph.js';
import type { TensorBackend } from './tensor-backend.js';
import { artifactReader, type ModelJson } from './tfjs-artifacts.js';
import {
  countReads,
  layersProgram,
  programOps,
  unfusedProgram,
  unseenLayers,
  type ActivationName,
  type Program,
  type Step,
} from './tfjs-layers-program.js';
import type { TfjsNetwork } from './tfjs-model.js';

const TO_ONNX = `make ONNX of the Keras model it was converted from: ${kerasToOnnx('model.keras', 'model')}`;

/** What of a model TensorFlow.js cannot load. */
function whyNot({ json }: ModelJson, cause: unknown): string {
  const { keras_version: version } = json.modelTopology as { keras_version?: unknown };
  if (typeof version === 'string' && Number.parseInt(version, 10) >= 3)
    return `expected a model of Keras 2, which TensorFlow.js loads, found one of Keras ${version}`;
  const reason = messageOf(cause);
  return reason.includes('Sequential')
    ? 'expected a model that says the size of its input, found a Sequential model within it that does not, which TensorFlow.js does not load'
    : `TensorFlow.js cannot load this layers model: ${reason.replace(/[.\s]+$/, '')}`;
}

/** Loads a tfjs layers model; `unfused` as unfusedProgram does it. Throws UnreadableModelError and UnsupportedModelError. */
export async function layersNetwork(
  path: string,
  json: ModelJson,
  backend: TensorBackend,
  unfused: boolean,
): Promise<TfjsNetwork> {
  const { layers, loadLayersModel } = await import('@tensorflow/tfjs-layers');
  const model = await loadLayersModel(artifactReader(path, json)).catch((cause: unknown) => {
    if (cause instanceof UnreadableModelError) throw cause;
    throw new UnreadableModelError(`${path}: ${whyNot(json, cause)}; ${TO_ONNX}`, { cause });
  });
  if (model.inputs.length !== 1) {
    throw new UnsupportedModelError(`${path}: expected a model with one input, found ${model.inputs.length}`);
  }
  const program = layersProgram(model);
  if (program.steps.some((step) => step.layer.getConfig()['dataFormat'] === 'channelsFirst')) {
    throw new UnsupportedModelError(`${path}: expected channels last, found layers with channels first`);
  }
  if (!unfused) return new LayersNetwork(model, program, backend, null);
  const activation = (name: ActivationName) => layers.activation({ activation: name });
  return new LayersNetwork(model, unfusedProgram(program, activation), backend, activation('linear'));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

class LayersNetwork implements TfjsNetwork {
  readonly format = 'tfjs-layers';
  readonly input: string;
  readonly inputShape: readonly (number | null)[];
  readonly outputs: readonly string[];
  readonly ops: readonly Op[];
  readonly unseen: readonly UnseenConvolution[];

  constructor(
    private readonly model: LayersModel,
    private readonly program: Program,
    private readonly backend: TensorBackend,
    /** A layer whose activation does nothing. */
    private readonly linear: Activating | null,
  ) {
    this.input = program.input;
    this.outputs = program.outputs;
    this.inputShape = model.inputs[0]?.shape ?? [];
    this.ops = programOps(program);
    this.unseen = unseenLayers(program);
  }

  async run(
    feeds: ReadonlyMap<string, Tensor>,
    wanted: ReadonlySet<string>,
    onTensor: (name: string, tensor: Tensor) => Promise<void>,
  ): Promise<void> {
    const { tf } = this.backend;
    const steps = needed(this.program.steps, [...wanted], (name) => feeds.has(name));
    const reads = countReads(steps);
    const live = new Map([...feeds].map(([name, tensor]) => [name, tensor.clone()]));
    const missing = new Set(wanted);
    const release = (name: string): void => {
      if ((reads.get(name) ?? 0) > 0) return;
      live.get(name)?.dispose();
      live.delete(name);
    };
    try {
      for (const step of steps) {
        if (missing.size === 0) break;
        const inputs = step.inputs.map((name) => live.get(name)).filter((tensor) => tensor !== undefined);
        const outputs = tf.tidy(() => this.call(step, inputs));
        for (const [index, name] of step.outputs.entries()) {
          const tensor = outputs[index];
          if (tensor === undefined) continue;
          live.set(name, tensor);
          if (missing.delete(name)) await onTensor(name, tensor);
          release(name);
        }
        for (const name of step.inputs) {
          reads.set(name, (reads.get(name) ?? 0) - 1);
          release(name);
        }
      }
    } finally {
      for (const tensor of live.values()) tensor.dispose();
    }
  }

  private call(step: Step, inputs: Tensor[]): Tensor[] {
    if (step.isLinear !== true) return callStep(step, inputs);
    const layer: Activating = step.layer;
    const own = layer.activation;
    layer.activation = this.linear?.activation;
    try {
      return callStep(step, inputs);
    } finally {
      layer.activation = own;
    }
  }

  kernel(op: Op): { values: Float32Array; shape: readonly number[] } | null {
    const step = this.program.steps.find(({ outputs }) => outputs[0] === op.output);
    const weight = step?.layer.trainableWeights
      .concat(step.layer.nonTrainableWeights)
      .find(({ originalName }) => /(^|[/_])(depthwise_)?kernel$/.test(originalName));
    if (weight === undefined) return null;
    const tensor = weight.read();
    return { values: tensor.dataSync<'float32'>(), shape: tensor.shape };
  }

  dispose(): void {
    this.model.dispose();
  }
}

/** A layer of tfjs that applies an activation; tfjs keeps the field to itself. */
type Activating = Step['layer'] & { activation?: unknown };

function callStep(step: Step, inputs: Tensor[]): Tensor[] {
  const [first, ...more] = inputs;
  if (first === undefined) throw new Error(`layer ${step.name} has no input`);
  const result = step.layer.apply(more.length > 0 ? inputs : first, step.callArguments) as Tensor | Tensor[];
  // A layer that does nothing at inference returns its input, which is freed on its own.
  return (Array.isArray(result) ? result : [result]).map((tensor) => tensor.clone());
}
