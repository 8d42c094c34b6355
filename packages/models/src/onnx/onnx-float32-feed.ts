import { fieldsOf, wireField } from '../files/wire-fields.js';
import { decodeOnnx, encodeGraph, FLOAT, FLOAT16, withOutputs, type OnnxFile } from './onnx-file.js';
import type { OnnxInput } from './onnx-input.js';

// Fields of ModelProto and GraphProto.
const GRAPH = 7;
const INPUT = 11;

/**
 * A network that takes float16 as one that takes float32, which a Cast in front of its first operation narrows: since
 * Node has a Float16Array of its own, onnxruntime-node cannot be fed with float16 (microsoft/onnxruntime#26791). The
 * images must be float16 values already (`imageTensor`), because onnxruntime leaves a Cast out that is undone later.
 */
export function float32Feed(
  path: string,
  file: OnnxFile,
  input: OnnxInput,
): { readonly file: OnnxFile; readonly feed: OnnxInput } {
  if (input.type === 'float32') return { file, feed: input };
  const { channelsLast, batch, channels, height, width } = input;
  const shape = channelsLast ? [batch, height, width, channels] : [batch, channels, height, width];
  const feed = { ...input, name: `${input.name}:float32` };
  const cast = { opType: 'Cast', input: [feed.name], output: input.name, ints: { to: FLOAT16 } };
  // protobuf merges the fields of several graphs in their order, so that the Cast comes first.
  const bytes = Buffer.concat([
    withOutputs(new Uint8Array(), [], [cast]),
    ...wireField(GRAPH, encodeGraph([{ name: feed.name, elemType: FLOAT, shape }], [])),
    ...withoutInput(file, input.name),
  ]);
  return { file: decodeOnnx(path, bytes, file.external), feed };
}

function* withoutInput(file: OnnxFile, name: string): Generator<Uint8Array> {
  let next = 0;
  for (const field of fieldsOf(file.bytes)) {
    if (field.number !== GRAPH || field.content === null) {
      yield field.whole;
      continue;
    }
    const kept = [...fieldsOf(field.content)].filter(
      ({ number }) => number !== INPUT || file.graph.input[next++]?.name !== name,
    );
    yield* wireField(GRAPH, Buffer.concat(kept.map(({ whole }) => whole)));
  }
}
