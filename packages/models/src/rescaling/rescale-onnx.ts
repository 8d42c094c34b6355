import { RescaleError } from '../errors.js';
import { readOnnx, type OnnxNode } from '../onnx/onnx-file.js';
import { onnxOps } from '../onnx/onnx-ops.js';
import { OnnxWeights } from '../onnx/onnx-weights.js';
import type { Op } from '../graph/op-graph.js';
import { rescalePlan, type RescaleOptions, type RescalePlan } from './rescale-plan.js';

/** rescaleModel for an ONNX file. */
export async function rescaleOnnx(path: string, to: string, options: RescaleOptions): Promise<RescalePlan> {
  const file = await readOnnx(path);
  const ops = onnxOps(file);
  const plan = rescalePlan(path, ops, options);
  const weights = new OnnxWeights(path, file);
  const nodeOf = (op: Op): OnnxNode => {
    const node = file.graph.node.find(({ output }) => output[0] === op.output);
    if (node === undefined) throw new RescaleError(`${path}: no node makes ${op.output}`);
    return node;
  };
  const multiply = (name: string, factor: number): void => {
    weights.write(
      name,
      weights.read(name).map((value) => value * factor),
    );
  };
  // Input 1 is the kernel or gain, input 2 the bias or shift; a product of matrices may have its weights on either side.
  const weightOf = (node: OnnxNode): string =>
    node.input.slice(0, 2).findLast((name) => file.initializers.has(name)) ?? node.input[1] ?? '';
  const scaled = nodeOf(plan.scaled);
  multiply(weightOf(scaled), options.factor);
  const bias = scaled.input[2] ?? '';
  if (bias !== '') multiply(bias, options.factor);
  for (const op of plan.divided) multiply(weightOf(nodeOf(op)), 1 / options.factor);
  await weights.save(to);
  return plan;
}
