import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  FLOAT,
  aligned,
  decodeTensorHeader,
  floatValues,
  type OnnxFile,
  type OnnxTensor,
} from './onnx-file.js';

export interface OnnxKernel {
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** The kernel of the convolution that makes `output`; null where it is computed, or not stored as plain floats. */
export async function onnxKernel(file: OnnxFile, path: string, output: string): Promise<OnnxKernel | null> {
  const name = file.graph.node.find((node) => node.output[0] === output)?.input[1] ?? '';
  const stored = file.initializers.get(name) ?? constantNode(file, name);
  if (stored === null) return null;
  const { header, bytes } = stored;
  const values =
    header.externalData.length > 0 ? await externalFloats(header, path) : floatValues(bytes, header.dataType);
  return values && { values, shape: header.dims };
}

function constantNode(file: OnnxFile, name: string): { header: OnnxTensor; bytes: Uint8Array } | null {
  const node = file.graph.node.find(
    (candidate) => candidate.opType === 'Constant' && candidate.output[0] === name,
  );
  const bytes = node?.attribute.find((attribute) => attribute.name === 'value')?.t;
  return bytes === undefined ? null : { header: decodeTensorHeader(bytes), bytes };
}

async function externalFloats(header: OnnxTensor, path: string): Promise<Float32Array | null> {
  if (header.dataType !== FLOAT) return null;
  const entry = (key: string) => header.externalData.find((candidate) => candidate.key === key)?.value;
  const count = header.dims.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array(count * Float32Array.BYTES_PER_ELEMENT);
  const handle = await open(join(dirname(path), entry('location') ?? ''));
  try {
    await handle.read(bytes, 0, bytes.length, Number(entry('offset') ?? 0));
  } finally {
    await handle.close();
  }
  return new Float32Array(aligned(bytes));
}
