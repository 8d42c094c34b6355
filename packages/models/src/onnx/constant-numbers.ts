import { decodeTensorHeader } from '../files/tensor-header.js';
import type { OnnxFile, OnnxNode } from './onnx-file.js';
import { rawBytes, storedNumbers } from './onnx-numbers.js';

/** Operations that give the number they are given, in another type or shape. */
const SAME_NUMBER = new Set(['Cast', 'CastLike', 'Identity', 'Unsqueeze', 'Squeeze', 'Reshape']);
// TensorProto.DataType
const INT64 = 7;
/** The lowest number of the types that maps are rounded to. */
const LOWEST: ReadonlyMap<number, number> = new Map([
  [2, 0], // UINT8
  [3, -128], // INT8
]);

/** What is known of the constants of a graph: initializers, and what its nodes make of constants alone. */
export class ConstantNumbers {
  readonly #tensors: ReadonlyMap<string, { readonly bytes: Uint8Array }>;
  readonly #makers = new Map<string, OnnxNode>();

  constructor(file: OnnxFile) {
    this.#tensors = file.initializers;
    for (const node of file.graph.node) {
      if (node.opType !== 'Constant' && !SAME_NUMBER.has(node.opType)) continue;
      if (node.output[0] !== undefined) this.#makers.set(node.output[0], node);
    }
  }

  /** The sizes of a constant, whatever shape it has been given since; null where it is none. */
  dims(name: string): readonly number[] | null {
    const found = this.#of(name);
    if (found === null) return null;
    if (typeof found === 'number') return [];
    return decodeTensorHeader(found).dims;
  }

  /** Its first number; null where it is not known or of a type that is not read here. */
  first(name: string): number | null {
    const found = this.#of(name);
    if (found === null || typeof found === 'number') return found;
    const { dataType, externalData } = decodeTensorHeader(found);
    if (externalData.length > 0) return null;
    if (dataType !== INT64) return storedNumbers(found, dataType)?.[0] ?? null;
    const raw = rawBytes(found);
    return raw === null || raw.length < 8
      ? null
      : Number(new DataView(raw.buffer, raw.byteOffset).getBigInt64(0, true));
  }

  /** Whether it is known, and every number of it the lowest of its type, which is 8 bits wide. */
  isLowest(name: string): boolean {
    const found = this.#of(name);
    if (found === null || typeof found === 'number') return false;
    const { dataType, externalData } = decodeTensorHeader(found);
    const lowest = LOWEST.get(dataType);
    if (lowest === undefined || externalData.length > 0) return false;
    return Array.from(storedNumbers(found, dataType) ?? [NaN]).every((value) => value === lowest);
  }

  /** A tensor, or the number that a node of the graph holds. */
  #of(name: string): Uint8Array | number | null {
    // Each step leads to a node before it; a graph that goes round is refused elsewhere.
    for (let at = name, steps = this.#makers.size; steps >= 0; steps--) {
      const stored = this.#tensors.get(at);
      if (stored !== undefined) return stored.bytes;
      const node = this.#makers.get(at);
      if (node === undefined) return null;
      if (node.opType === 'Constant') return valueOf(node);
      at = node.input[0] ?? '';
    }
    return null;
  }
}

function valueOf({ attribute }: OnnxNode): Uint8Array | number | null {
  for (const { name, t, f, i } of attribute) {
    if (name === 'value') return t;
    if (name === 'value_float') return f;
    if (name === 'value_int') return i;
  }
  return null;
}
