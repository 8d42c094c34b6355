import { decodeTensorHeader, EXTERNAL, type OnnxTensor } from '../files/tensor-header.js';
import type { OnnxFile, OnnxNode } from './onnx-file.js';
import { numbersOf, storedNumbers, type Numbers } from './onnx-numbers.js';

export interface OnnxKernel {
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** Names of a kernel's tensors, and along which of its axes scales and zero points differ. */
interface KernelTensors {
  readonly kernel: string;
  readonly scale?: string | undefined;
  readonly zeroPoint?: string | undefined;
  readonly axis?: number;
}

/**
 * The kernel of the convolution that makes `output`, dequantised where it is stored as integers with a scale; null
 * where it is computed.
 */
export function onnxKernel(file: OnnxFile, output: string): OnnxKernel | null {
  const makers = new Map(file.graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const { kernel, scale, zeroPoint, axis = 0 } = kernelTensors(makers, output);
  const stored = storedTensor(file, kernel, makers);
  if (stored === null) return null;
  const shape = stored.header.dims;
  const values = readNumbers(file, stored);
  if (values === null || scale === undefined) {
    const isPlain = values instanceof Float32Array || values instanceof Float64Array;
    return isPlain ? { values, shape } : null;
  }
  const scales = readNamed(file, scale, makers);
  const zeros = zeroPoint === undefined ? Int32Array.of(0) : readNamed(file, zeroPoint, makers);
  if (scales === null || zeros === null) return null;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const at = (list: Numbers, index: number): number =>
    list[list.length === 1 ? 0 : Math.floor(index / inner) % (shape[axis] ?? 1)] ?? 0;
  const dequantised = Float64Array.from(
    values,
    (value, index) => (value - at(zeros, index)) * at(scales, index),
  );
  return { values: dequantised, shape };
}

function kernelTensors(makers: ReadonlyMap<string, OnnxNode>, output: string): KernelTensors {
  const node = makers.get(output);
  if (node?.opType === 'QLinearConv')
    return { kernel: node.input[3] ?? '', scale: node.input[4], zeroPoint: node.input[5] };
  const kernel = node?.input[1] ?? '';
  const maker = makers.get(kernel);
  if (maker?.opType !== 'DequantizeLinear') return { kernel };
  const axis = maker.attribute.find(({ name }) => name === 'axis')?.i ?? 1;
  return { kernel: maker.input[0] ?? '', scale: maker.input[1], zeroPoint: maker.input[2], axis };
}

interface StoredTensor {
  readonly header: OnnxTensor;
  readonly bytes: Uint8Array;
}

function storedTensor(
  file: OnnxFile,
  name: string,
  makers: ReadonlyMap<string, OnnxNode>,
): StoredTensor | null {
  const initializer = file.initializers.get(name);
  if (initializer !== undefined) return initializer;
  const node = makers.get(name);
  const bytes =
    node?.opType === 'Constant' ? node.attribute.find((one) => one.name === 'value')?.t : undefined;
  return bytes === undefined ? null : { header: decodeTensorHeader(bytes), bytes };
}

function readNamed(file: OnnxFile, name: string, makers: ReadonlyMap<string, OnnxNode>): Numbers | null {
  const stored = storedTensor(file, name, makers);
  return stored && readNumbers(file, stored);
}

function readNumbers(file: OnnxFile, { header, bytes }: StoredTensor): Numbers | null {
  if (header.dataLocation !== EXTERNAL) return storedNumbers(bytes, header.dataType);
  const location = header.externalData.find(({ key }) => key === 'location')?.value ?? '';
  const found = file.external.get(location);
  return found === undefined ? null : numbersOf(found, header.dataType);
}
