import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { RescaleError } from '../errors.js';
import { withTensors } from '../files/onnx-tensors.js';
import { decodeTensorHeader, EXTERNAL, withValues, type OnnxTensor } from '../files/tensor-header.js';
import { fieldsOf } from '../files/wire-fields.js';
import { writeWhole } from '@unitscope/process';
import { modelFiles } from '../files/model-files.js';
import { FLOAT, type OnnxFile } from './onnx-file.js';
import { aligned, rawBytes } from './onnx-numbers.js';

/** Where the next tensor begins in a file of weights. */
const ALIGNMENT = 64;

/** The float32 weights of an ONNX network, to be read, changed in place and written as a network of its own. */
export class OnnxWeights {
  readonly #path: string;
  readonly #file: OnnxFile;
  readonly #bytes: Buffer;
  /** A copy for each tensor, by its location: tensors that share their bytes in the source change apart. */
  readonly #external = new Map<string, Buffer>();

  constructor(path: string, file: OnnxFile) {
    this.#path = path;
    this.#file = file;
    this.#bytes = Buffer.from(file.bytes);
    for (const [location, values] of file.external) this.#external.set(location, Buffer.from(values));
  }

  /** The sizes of a stored tensor, or null where there is none of this name. */
  shape(name: string): readonly number[] | null {
    return this.#file.initializers.get(name)?.header.dims ?? null;
  }

  /** A copy of a tensor's values. Throws RescaleError where they are not stored as plain float32. */
  read(name: string): Float32Array<ArrayBuffer> {
    return new Float32Array(aligned(this.#place(name)));
  }

  write(name: string, values: Float32Array): void {
    const place = this.#place(name);
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    if (bytes.length !== place.length) throw new RangeError(`${name}: ${values.length} values do not fit`);
    bytes.copy(place);
  }

  /**
   * Writes the network to `to`; weights that lay in other files go to one of its own name, `<to>.data`. Both appear whole,
   * and none is a file of the source. Throws RescaleError.
   */
  async save(to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true });
    const data = `${to}.data`;
    await this.#refuseSource([to, ...(this.#external.size > 0 ? [data] : [])]);
    if (this.#external.size === 0) {
      await writeWhole(to, [this.#bytes]);
      return;
    }
    const pieces: Uint8Array[] = [];
    let offset = 0;
    const bytes = withTensors(this.#bytes, (tensor) => {
      const values = this.#external.get(locationOf(decodeTensorHeader(tensor)) ?? '');
      if (values === undefined) return null;
      const place = { location: basename(data), offset, length: values.length };
      const padding = (ALIGNMENT - (values.length % ALIGNMENT)) % ALIGNMENT;
      pieces.push(values, new Uint8Array(padding));
      offset += values.length + padding;
      return withValues(fieldsOf(tensor), place);
    });
    await writeWhole(data, pieces);
    await writeWhole(to, [bytes]);
  }

  async #refuseSource(written: readonly string[]): Promise<void> {
    const { files } = await modelFiles(this.#path);
    const sources = await Promise.all(files.map(({ path }) => realpath(path)));
    for (const path of written) {
      const place = await realpath(path).catch(() => null);
      if (place === null || !sources.includes(place)) continue;
      throw new RescaleError(
        `${path}: expected another file than those of ${this.#path}; give the copy another name`,
      );
    }
  }

  #place(name: string): Buffer {
    const stored = this.#file.initializers.get(name);
    if (stored?.header.dataType !== FLOAT) {
      throw new RescaleError(`${this.#path}: expected '${name}' to be stored as float32 weights`);
    }
    const { header, bytes } = stored;
    const location = locationOf(header);
    const external = location === null ? undefined : this.#external.get(location);
    if (external !== undefined) return external;
    const raw = rawBytes(bytes);
    if (raw === null)
      throw new RescaleError(`${this.#path}: expected '${name}' as raw data, found a list of numbers`);
    // The bytes are a part of the file's own.
    const start = raw.byteOffset - this.#file.bytes.byteOffset;
    return this.#bytes.subarray(start, start + raw.length);
  }
}

/** Where a tensor says that its values lie, if not in the file itself. */
function locationOf({ dataLocation, externalData }: OnnxTensor): string | null {
  if (dataLocation !== EXTERNAL) return null;
  return externalData.find(({ key }) => key === 'location')?.value ?? null;
}
