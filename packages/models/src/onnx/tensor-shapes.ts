import { withOutputs, type OnnxFile } from './onnx-file.js';
import type { OnnxInput } from './onnx-input.js';
import { createSession, imageTensor } from './onnx-session.js';
import { leadingTo } from './onnx-subgraph.js';
import { cannotRun } from './cannot-run.js';

/** The sizes of computed tensors, by a run on a zero image. Throws UnsupportedModelError. */
export async function tensorShapes(
  path: string,
  file: OnnxFile,
  feed: OnnxInput,
  tensors: readonly string[],
): Promise<Map<string, readonly number[]>> {
  const runtime = await import('onnxruntime-node');
  const isOutput = new Set(file.graph.output.map(({ name }) => name));
  const wanted = tensors.filter((name) => name !== feed.name);
  const model =
    leadingTo(file, feed, wanted) ??
    withOutputs(
      file.bytes,
      wanted.filter((name) => !isOutput.has(name)),
    );
  const count = feed.batch ?? 1;
  const zeros = new Float32Array(count * feed.height * feed.width * feed.channels);
  try {
    const session = await createSession(runtime, model, file.external, 1, { optimisation: 'disabled' });
    try {
      const input = imageTensor(runtime, feed, zeros, count);
      const outputs = await session.run({ [feed.name]: input }, wanted);
      const shapes = Object.entries(outputs).map(([name, { dims }]) => [name, dims] as const);
      return new Map([...shapes, [feed.name, input.dims]]);
    } finally {
      await session.release();
    }
  } catch (cause) {
    throw cannotRun(path, file, cause);
  }
}
