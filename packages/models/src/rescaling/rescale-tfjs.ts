import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { RescaleError } from '../errors.js';
import type { Op } from '../graph/op-graph.js';
import { rescalePlan, type RescaleOptions, type RescalePlan } from './rescale-plan.js';
import { tensorBackend } from '../tfjs/tensor-backend.js';
import { artifactReader, artifactWriter, readModelJson } from '../tfjs/tfjs-artifacts.js';
import { layersProgram, programOps } from '../tfjs/tfjs-layers-program.js';

/** rescaleModel for a tfjs layers model. */
export async function rescaleLayersModel(
  path: string,
  to: string,
  options: RescaleOptions,
): Promise<RescalePlan> {
  const { tf } = await tensorBackend('auto');
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  const model = await loadLayersModel(artifactReader(path, await readModelJson(path)));
  try {
    const program = layersProgram(model);
    const ops = programOps(program);
    const plan = rescalePlan(path, ops, options);
    const layerOf = (op: Op): layers.Layer => {
      const step = program.steps.find(({ outputs }) => outputs[0] === op.output);
      if (step === undefined) throw new Error(`no step makes ${op.output}`);
      return step.layer;
    };
    const multiply = (op: Op, factor: number, names: RegExp): void => {
      const layer = layerOf(op);
      const before = layer.getWeights();
      // A variable of tfjs may be called `conv1/kernel_3`: the count keeps names of one process apart.
      const isNamed = layer.weights.map(({ originalName }) =>
        names.test(originalName.split('/').at(-1) ?? ''),
      );
      if (!isNamed.includes(true)) {
        throw new RescaleError(
          `${path}: layer '${op.name}' (${op.type}) has no weights that can be rescaled`,
        );
      }
      const after = tf.tidy(() =>
        before.map((tensor, index): Tensor =>
          isNamed[index] === true ? tf.mul(tensor, factor) : tensor.clone(),
        ),
      );
      layer.setWeights(after);
      for (const tensor of after) tensor.dispose();
    };
    multiply(plan.scaled, options.factor, /^(kernel|depthwise_kernel|bias|gamma|beta)(_\d+)?$/);
    for (const op of plan.divided) multiply(op, 1 / options.factor, /^(kernel|depthwise_kernel)(_\d+)?$/);
    await model.save(artifactWriter(to));
    return plan;
  } finally {
    model.dispose();
  }
}
