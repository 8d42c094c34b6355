import { wireField } from '../files/wire-fields.js';
import { encodeGraph, FLOAT, withOutputs } from './onnx-file.js';

/** N of the maps that the network below takes and makes. */
export const TINY_SIZE = 14;

// ModelProto: ir_version 8, opset_import { '': 13 }.
const HEADER = Uint8Array.of(0x08, 8, 0x42, 4, 0x0a, 0, 0x10, 13);
const GRAPH = 7;

/** An ONNX network of one ReLU, `x` [images, 1, N, N] to `y`: to try whether a way to run one works here. */
export function tinyNetwork(): Uint8Array {
  const shape = [null, 1, TINY_SIZE, TINY_SIZE];
  const ports = encodeGraph([{ name: 'x', elemType: FLOAT, shape }], ['y']);
  const graph = Buffer.concat([...wireField(GRAPH, ports)]);
  return withOutputs(Buffer.concat([HEADER, graph]), [], [{ opType: 'Relu', input: ['x'], output: 'y' }]);
}
