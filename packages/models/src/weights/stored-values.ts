import { narrowFloat16 } from '../float16.js';
import { FLOAT16, type OnnxFile } from '../onnx-file.js';
import { storedNumbers } from '../onnx-numbers.js';

/** An initializer as it is stored, whatever its type: the bytes of its file, or of its record. */
export function storedBytes(file: OnnxFile, name: string): Uint8Array {
  const stored = file.initializers.get(name);
  const location = stored?.header.externalData.find(({ key }) => key === 'location')?.value;
  return (
    (location === undefined ? undefined : file.external.get(location)) ?? stored?.bytes ?? new Uint8Array(0)
  );
}

/** The numbers of an initializer of floats, as bytes; null where they are of a type that is not read here. */
export function ownBytes(file: OnnxFile, name: string): Uint8Array | null {
  const stored = file.initializers.get(name);
  if (stored === undefined) return null;
  const location = stored.header.externalData.find(({ key }) => key === 'location')?.value;
  const external = location === undefined ? undefined : file.external.get(location);
  if (external !== undefined) return external;
  const numbers = storedNumbers(stored.bytes, stored.header.dataType);
  if (numbers === null) return null;
  const own = stored.header.dataType === FLOAT16 ? Uint16Array.from(numbers, narrowFloat16) : numbers;
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
}
