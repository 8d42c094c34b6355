import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model, OpenOptions } from '../model.js';
import { withOutputs } from '../onnx/onnx-file.js';
import { float32Feed } from '../onnx/onnx-float32-feed.js';
import { onnxInput } from '../onnx/onnx-input.js';
import { onnxOps } from '../onnx/onnx-ops.js';
import { createSession, imageTensor } from '../onnx/onnx-session.js';
import { leadingTo } from '../onnx/onnx-subgraph.js';
import type { TensorBackend } from '../tfjs/tensor-backend.js';
import type { TfjsNetwork } from '../tfjs/tfjs-model.js';
import type { FetchedTensor } from './image-mixing.js';
import type { Subject } from './independent.js';
import { readNetwork } from '../weights/read-network.js';

/** What is known of an ONNX model that is open. */
export async function onnxSubject(path: string, model: Model, options: OpenOptions): Promise<Subject> {
  const stored = await readNetwork(path, options);
  const { file, feed } = float32Feed(path, stored, onnxInput(path, stored, options));
  const fetch: Subject['fetch'] = async (images, tensors) => {
    const runtime = await import('onnxruntime-node');
    const there = new Set(file.graph.output.map(({ name }) => name));
    const more = tensors.filter((name) => !there.has(name));
    const bytes = leadingTo(file, feed, tensors) ?? withOutputs(file.bytes, more);
    const session = await createSession(runtime, bytes, file.external, 1);
    try {
      const size = feed.height * feed.width * feed.channels;
      const count = feed.batch ?? images.length / size;
      const batch = new Float32Array(count * size);
      batch.set(images.subarray(0, batch.length));
      const outputs = await session.run({ [feed.name]: imageTensor(runtime, feed, batch, count) }, [
        ...tensors,
      ]);
      return new Map(Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data }]));
    } finally {
      await session.release();
    }
  };
  return { path, model, ops: onnxOps(file), batch: feed.batch, fetch };
}

/** What is known of a tfjs model that is open. */
export function tfjsSubject(
  path: string,
  model: Model,
  network: TfjsNetwork,
  tensors: TensorBackend,
): Subject {
  const { height, width, channels } = model.input;
  const fetch: Subject['fetch'] = async (images, names) => {
    const count = images.length / (height * width * channels);
    const batch: Tensor = tensors.tf.tensor4d(images, [count, height, width, channels]);
    const found = new Map<string, FetchedTensor>();
    try {
      await network.run(new Map([[network.input, batch]]), new Set(names), async (name, tensor) => {
        found.set(name, { dims: tensor.shape, data: await tensor.data() });
      });
    } finally {
      batch.dispose();
    }
    return found;
  };
  return { path, model, ops: network.ops, batch: null, fetch };
}
