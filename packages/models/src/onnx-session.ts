import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { narrowFloat16 } from './float16.js';
import type { OnnxInput } from './onnx-input.js';
import { channelsFirst } from './unit-maps.js';

type Runtime = typeof import('onnxruntime-node');

export async function createSession(
  runtime: Runtime,
  model: Uint8Array,
  path: string,
  threads: number,
): Promise<InferenceSession> {
  return await runtime.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown; it need not be printed as well.
    logSeverityLevel: 4,
    extra: { session: { model_external_initializers_file_folder_path: dirname(path) } },
  });
}

/** A batch of images, [image][y][x][channel], as the model takes it. */
export function imageTensor(runtime: Runtime, feed: OnnxInput, images: Float32Array, count: number): Tensor {
  const { height, width, channels, channelsLast, type } = feed;
  const turned =
    channelsLast || channels === 1 ? images : channelsFirst(images, count, height * width, channels);
  const dims = channelsLast ? [count, height, width, channels] : [count, channels, height, width];
  if (type === 'float32') return new runtime.Tensor(type, turned, dims);
  return new runtime.Tensor(type, Uint16Array.from(turned, narrowFloat16), dims);
}
