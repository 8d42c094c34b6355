import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { UnreadableModelError, UnsupportedModelError } from '../errors.js';
import type { UnseenConvolution } from '../layer.js';
import type { Op } from '../graph/op-graph.js';
import { artifactReader, type ModelJson } from './tfjs-artifacts.js';
import {
  channelsFirstNode,
  graphOps,
  kernelName,
  unfusedNodes,
  unseenNodes,
  type GraphFunction,
  type GraphNode,
} from './tfjs-graph-ops.js';
import type { TfjsNetwork } from './tfjs-model.js';

/** Loads a tfjs graph model; `unfused` as unfusedNodes does it. Throws UnreadableModelError and UnsupportedModelError. */
export async function graphNetwork(path: string, model: ModelJson, unfused: boolean): Promise<TfjsNetwork> {
  const topology = model.json.modelTopology as {
    node?: GraphNode[];
    library?: { function?: GraphFunction[] };
  };
  if (topology.node === undefined) throw new UnreadableModelError(`${path}: a graph model without nodes`);
  const nodes = unfused ? unfusedNodes(topology.node) : topology.node;
  const channelsFirst = channelsFirstNode(nodes);
  if (channelsFirst !== undefined) {
    throw new UnsupportedModelError(
      `${path}: expected channels last, found channels first (${channelsFirst.name})`,
    );
  }
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
  let graph: GraphModel;
  try {
    const json = { ...model.json, modelTopology: { ...topology, node: nodes } };
    graph = await loadGraphModel(artifactReader(path, { ...model, json }));
  } catch (cause) {
    if (cause instanceof UnreadableModelError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableModelError(`${path}: tfjs cannot load this graph model: ${reason}`, { cause });
  }
  if (graph.inputs.length !== 1) {
    throw new UnsupportedModelError(`${path}: expected a model with one input, found ${graph.inputs.length}`);
  }
  return new GraphNetwork(graph, nodes, topology.library?.function ?? []);
}

class GraphNetwork implements TfjsNetwork {
  readonly format = 'tfjs-graph';
  readonly input: string;
  readonly inputShape: readonly (number | null)[];
  readonly outputs: readonly string[];
  readonly ops: readonly Op[];
  readonly unseen: readonly UnseenConvolution[];

  constructor(
    private readonly model: GraphModel,
    private readonly nodes: readonly GraphNode[],
    functions: readonly GraphFunction[],
  ) {
    this.unseen = unseenNodes(nodes, functions);
    this.input = model.inputs[0]?.name ?? '';
    this.outputs = model.outputs.map(({ name }) => name.replace(/:0$/, ''));
    this.inputShape = (model.inputs[0]?.shape ?? []).map((size) => (size > 0 ? size : null));
    this.ops = graphOps(nodes, (name) => {
      const tensor = model.weights[name]?.[0];
      return tensor === undefined ? null : [...tensor.dataSync()];
    });
  }

  async run(
    feeds: ReadonlyMap<string, Tensor>,
    wanted: ReadonlySet<string>,
    onTensor: (name: string, tensor: Tensor) => Promise<void>,
  ): Promise<void> {
    const names = this.ops.map((op) => op.output).filter((name) => wanted.has(name));
    if (names.length === 0) return;
    const outputs = [this.model.execute(Object.fromEntries(feeds), names)].flat();
    try {
      for (const [index, name] of names.entries()) {
        const tensor = outputs[index];
        if (tensor !== undefined) await onTensor(name, tensor);
        tensor?.dispose();
      }
    } finally {
      for (const tensor of outputs) tensor.dispose();
    }
  }

  kernel(op: Op): { values: Float32Array; shape: readonly number[] } | null {
    const name = kernelName(this.nodes, op.output);
    const tensor = name === null ? undefined : this.model.weights[name]?.[0];
    if (tensor?.dtype !== 'float32') return null;
    return { values: tensor.dataSync<'float32'>(), shape: tensor.shape };
  }

  dispose(): void {
    this.model.dispose();
  }
}
