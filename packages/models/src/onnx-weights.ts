import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RescaleError } from './errors.js';
import { FLOAT, externalFiles, type OnnxFile } from './onnx-file.js';
import { aligned, rawBytes } from './onnx-numbers.js';

/** The float32 weights of an ONNX file, to be read, changed in place and written as a file of the same size. */
export class OnnxWeights {
  readonly #bytes: Buffer;
  readonly #external = new Map<string, Buffer>();

  private constructor(
    private readonly path: string,
    private readonly file: OnnxFile,
  ) {
    this.#bytes = Buffer.from(file.bytes);
  }

  static async open(path: string, file: OnnxFile): Promise<OnnxWeights> {
    const weights = new OnnxWeights(path, file);
    for (const name of externalFiles(file, path)) {
      weights.#external.set(name, await readFile(join(dirname(path), name)));
    }
    return weights;
  }

  /** The sizes of a stored tensor, or null where there is none of this name. */
  shape(name: string): readonly number[] | null {
    return this.file.initializers.get(name)?.header.dims ?? null;
  }

  /** A copy of a tensor's values. Throws RescaleError where they are not stored as plain float32. */
  read(name: string): Float32Array<ArrayBuffer> {
    return new Float32Array(aligned(this.place(name)));
  }

  write(name: string, values: Float32Array): void {
    const place = this.place(name);
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    if (bytes.length !== place.length) throw new RangeError(`${name}: ${values.length} values do not fit`);
    bytes.copy(place);
  }

  /** Writes the model, and its weight files beside it. */
  async save(to: string): Promise<void> {
    await mkdir(dirname(to), { recursive: true });
    for (const [name, bytes] of this.#external) {
      await mkdir(dirname(join(dirname(to), name)), { recursive: true });
      await writeFile(join(dirname(to), name), bytes);
    }
    await writeFile(`${to}.partial`, this.#bytes);
    await rename(`${to}.partial`, to);
  }

  private place(name: string): Buffer {
    const stored = this.file.initializers.get(name);
    if (stored?.header.dataType !== FLOAT) {
      throw new RescaleError(`${this.path}: expected '${name}' to be stored as float32 weights`);
    }
    const { header, bytes } = stored;
    const entry = (key: string) => header.externalData.find((candidate) => candidate.key === key)?.value;
    const location = entry('location');
    if (location !== undefined) {
      const count = header.dims.reduce((product, size) => product * size, 1);
      const offset = Number(entry('offset') ?? 0);
      const whole = this.#external.get(location);
      if (whole !== undefined) return whole.subarray(offset, offset + count * Float32Array.BYTES_PER_ELEMENT);
    }
    const raw = rawBytes(bytes);
    if (raw === null)
      throw new RescaleError(`${this.path}: expected '${name}' as raw data, found a list of numbers`);
    // The bytes are a part of the file's own.
    const start = raw.byteOffset - this.file.bytes.byteOffset;
    return this.#bytes.subarray(start, start + raw.length);
  }
}
