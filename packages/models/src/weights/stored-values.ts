import { narrowFloat16 } from '@unitscope/base';
import { FLOAT16, type OnnxFile } from '../onnx/onnx-file.js';
import { storedNumbers } from '../onnx/onnx-numbers.js';

/** An initializer as it is stored, whatever its type: the bytes of its file, or of its record. */
export function storedBytes(file: OnnxFile, name: string): Uint8Array {
  return externalBytes(file, name) ?? file.initializers.get(name)?.bytes ?? new Uint8Array(0);
}

/** The numbers of an initializer of floats, as bytes; null where they are of a type that is not read here. */
export function ownBytes(file: OnnxFile, name: string): Uint8Array | null {
  const external = externalBytes(file, name);
  if (external !== undefined) return external;
  const stored = file.initializers.get(name);
  const numbers = stored === undefined ? null : storedNumbers(stored.bytes, stored.header.dataType);
  if (numbers === null) return null;
  const own = stored?.header.dataType === FLOAT16 ? Uint16Array.from(numbers, narrowFloat16) : numbers;
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
}

/** Those of an initializer that lies outside its record. */
function externalBytes({ initializers, external }: OnnxFile, name: string): Uint8Array | undefined {
  const location = initializers.get(name)?.header.externalData.find(({ key }) => key === 'location')?.value;
  return location === undefined ? undefined : external.get(location);
}
