import type { LayersModel, SymbolicTensor, layers } from '@tensorflow/tfjs-layers';
import type { Meaning } from '../graph/meaning.js';
import { layerMeaning } from '../graph/tfjs-meanings.js';
import type { Op } from '../graph/op-graph.js';
import type { ConvolutionKind, UnseenConvolution } from '../layer.js';

type TfLayer = layers.Layer;
type CallArguments = Parameters<TfLayer['apply']>[1];
export type ActivationName = Parameters<typeof layers.activation>[0]['activation'];

/** One call of one layer. Nested models are spelled out: their inner calls stand in the list. */
export interface Step {
  readonly name: string;
  readonly layer: TfLayer;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly callArguments: CallArguments;
  /** Its own activation is left to the step that follows. */
  readonly isLinear?: boolean;
}

export interface Program {
  readonly input: string;
  readonly steps: readonly Step[];
  readonly outputs: readonly string[];
}

/** The calls of a layers model of one input, in running order. */
export function layersProgram(model: LayersModel): Program {
  const steps: Step[] = [];
  const outputs = spellOut(model, ['input'], '', steps);
  return { input: 'input', steps, outputs };
}

/**
 * The same program with the activations of convolutions, and of a dense layer that ends it, as steps of their own, so
 * that what comes before can be read.
 */
export function unfusedProgram(
  { input, steps, outputs }: Program,
  activation: (name: ActivationName) => TfLayer,
): Program {
  const split = steps.flatMap((step): Step[] => {
    const name = activationOf(step.layer);
    const [output = ''] = step.outputs;
    const type = step.layer.getClassName();
    const splits = CONVOLUTIONS[type] !== undefined || (type === 'Dense' && outputs.includes(output));
    if (!splits || name === 'linear') return [step];
    const linear = `${output}/linear`;
    return [
      { ...step, outputs: [linear], isLinear: true },
      {
        name: `${step.name}/activation`,
        layer: activation(name as ActivationName),
        inputs: [linear],
        outputs: [output],
        callArguments: {},
      },
    ];
  });
  return { input, steps: split, outputs };
}

/** Appends the calls of a container; returns the tensors it ends in. */
function spellOut(
  container: LayersModel,
  inputs: readonly string[],
  prefix: string,
  steps: Step[],
): string[] {
  // A sequential model has no nodes before it is built, and loading does not build it.
  if (!container.built) container.build(container.inputs[0]?.shape ?? []);
  const tensorOf = new Map<number, string>();
  container.inputs.forEach((symbolic, index) => tensorOf.set(symbolic.id, inputs[index] ?? ''));
  const named = (symbolic: SymbolicTensor): string => tensorOf.get(symbolic.id) ?? '';
  const depths = Object.keys(container.nodesByDepth).map(Number);
  for (const depth of depths.sort((a, b) => b - a)) {
    for (const node of container.nodesByDepth[depth] ?? []) {
      const layer = node.outboundLayer;
      if (layer.getClassName() === 'InputLayer') continue;
      const from = node.inputTensors.map(named);
      const path = prefix + layer.name;
      let to: string[];
      if (isContainer(layer)) {
        to = spellOut(layer, from, `${path}/`, steps);
      } else {
        // A shared layer is called several times under one name.
        const calls = steps.filter((step) => step.layer === layer).length;
        const call = calls === 0 ? path : `${path}#${calls + 1}`;
        to = node.outputTensors.map((_, index) => (index === 0 ? call : `${call}:${index}`));
        steps.push({
          name: path,
          layer,
          inputs: from,
          outputs: to,
          callArguments: node.callArgs ?? {},
        });
      }
      node.outputTensors.forEach((symbolic, index) => tensorOf.set(symbolic.id, to[index] ?? ''));
    }
  }
  return container.outputs.map(named);
}

function isContainer(layer: object): layer is LayersModel {
  return 'inputs' in layer && 'outputs' in layer;
}

const CONVOLUTIONS: Record<string, ConvolutionKind> = {
  Conv2D: 'conv',
  DepthwiseConv2D: 'depthwise',
  SeparableConv2D: 'separable',
  Conv2DTranspose: 'transposed',
};

/** The program as operations in which taps are found. */
export function programOps(program: Program): Op[] {
  return program.steps.map((step) => {
    const type = step.layer.getClassName();
    const activation = activationOf(step.layer);
    const convolution = CONVOLUTIONS[type];
    // An Activation is known by its function.
    const known = type === 'Activation' ? activation : type;
    const meaning = layerMeaning(known);
    const base = {
      name: step.name,
      type: known,
      inputs: step.inputs,
      output: step.outputs[0] ?? '',
      meaning,
      ...(step.callArguments?.['training'] === true && { training: true as const }),
    };
    if (convolution !== undefined) {
      const kind = convolution === 'conv' && isGrouped(step.layer) ? 'grouped' : convolution;
      const fused = activation === 'linear' || step.isLinear === true ? null : activation;
      return { ...base, role: 'convolution', channelsLast: true, convolution: { kind, fused } };
    }
    return { ...base, role: meaning.role, ...traitsOf(step.layer, meaning) };
  });
}

function traitsOf(layer: TfLayer, { role, layout }: Meaning): Partial<Op> {
  if (role === 'spatial' && layout === 'channels last') return { channelsLast: true };
  // Permute counts its axes from 1, the images left out.
  const { dims } = layer.getConfig();
  if (layer.getClassName() === 'Permute' && Array.isArray(dims)) return { order: [0, ...dims.map(Number)] };
  return {};
}

/** The convolutions inside wrappers and recurrent cells, and those of other than two dimensions. */
export function unseenLayers({ steps }: Program): UnseenConvolution[] {
  return steps.flatMap(({ name, layer }) => {
    const type = layer.getClassName();
    const { layer: inner } = layer.getConfig() as { layer?: { className?: string } };
    const wrapped = inner?.className ?? '';
    if (/Conv/.test(wrapped)) {
      return [{ name, reason: `${wrapped} inside ${type}, which is left out: call the layer itself` }];
    }
    const isOther = /Conv/.test(type) && layerMeaning(type).role !== 'convolution';
    return isOther ? [{ name, reason: `${type} makes no N×N maps of its own` }] : [];
  });
}

/** The `activation` of a layer's configuration; `linear` where it has none. */
function activationOf(layer: TfLayer): string {
  const { activation } = layer.getConfig();
  if (typeof activation === 'string') return activation;
  return 'linear';
}

function isGrouped(layer: TfLayer): boolean {
  const { groups } = layer.getConfig();
  return typeof groups === 'number' && groups > 1;
}

/** How often each tensor is read, so that it is freed after its last use. */
export function countReads(steps: readonly Step[]): Map<string, number> {
  const reads = new Map<string, number>();
  for (const name of steps.flatMap((step) => step.inputs)) reads.set(name, (reads.get(name) ?? 0) + 1);
  return reads;
}
