import { fileVersion, writtenSince, type FileVersions } from '../files/file-version.js';
import { withTensors } from '../files/onnx-tensors.js';
import { decodeTensorHeader, withValues } from '../files/tensor-header.js';
import { fieldsOf } from '../files/wire-fields.js';
import { modelFiles } from '../files/model-files.js';
import { decodeOnnx, FLOAT, FLOAT16, readOnnx, type OnnxFile } from '../onnx/onnx-file.js';

/** A graph without the values that others take the place of. */
interface Bare {
  /** The files that it was read from, as they were. */
  readonly versions: FileVersions;
  readonly file: OnnxFile;
  /** Of the initializers whose values are left out, where the file says that they lie. */
  readonly locations: ReadonlyMap<string, string>;
}

/** Thousands of checkpoints share a graph, and a bare one is small. */
const known = new Map<string, Bare>();
const MOST_KNOWN = 8;

/** TensorProto's lists of values, which an exporter may use in place of raw data. */
const LISTS = new Set([4, 5, 7, 9, 10, 11]);

/** A graph that weights are bound to: its file is read and parsed once for all of them. */
export class KnownGraph {
  #whole: { readonly file: OnnxFile; readonly version: string } | null = null;

  private constructor(
    readonly path: string,
    private readonly bare: Bare | null,
  ) {}

  static async at(path: string): Promise<KnownGraph> {
    const bare = known.get(path) ?? null;
    const isCurrent = bare !== null && (await writtenSince(bare.versions)) === null;
    return new KnownGraph(path, isCurrent ? bare : null);
  }

  /** With the names and shapes of all initializers; values may be left out. */
  async headers(): Promise<OnnxFile> {
    return this.bare?.file ?? (await this.whole());
  }

  /** With all values. Throws UnreadableModelError. */
  async whole(): Promise<OnnxFile> {
    if (this.#whole === null) {
      const version = await fileVersion(this.path);
      this.#whole = { file: await readOnnx(this.path), version };
    }
    return this.#whole.file;
  }

  /** With these values in place of its own, by the initializers' names. */
  async with(values: ReadonlyMap<string, Uint8Array>): Promise<OnnxFile> {
    const { file, locations } = await this.#without([...values.keys()]);
    const external = new Map(file.external);
    for (const [name, location] of locations) {
      const bytes = values.get(name);
      if (bytes !== undefined) external.set(location, bytes);
    }
    return { ...file, external };
  }

  async #without(names: readonly string[]): Promise<Pick<Bare, 'file' | 'locations'>> {
    const { bare } = this;
    if (
      bare !== null &&
      bare.locations.size === names.length &&
      names.every((name) => bare.locations.has(name))
    )
      return bare;
    const whole = await this.whole();
    const wanted = new Set(names);
    const locations = new Map<string, string>();
    const bytes = withTensors(whole.bytes, (tensor, isInitializer) => {
      const { name } = decodeTensorHeader(tensor);
      if (!isInitializer || !wanted.has(name)) return null;
      const location = `bound-${locations.size}`;
      locations.set(name, location);
      const fields = [...fieldsOf(tensor)].filter(({ number }) => !LISTS.has(number));
      return withValues(fields, { location, offset: 0, length: bytesOf(whole, name) });
    });
    const decoded = decodeOnnx(this.path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const kept = new Set(
      [...decoded.initializers.values()].flatMap(({ header }) =>
        header.externalData.map(({ value }) => value),
      ),
    );
    const external = new Map([...whole.external].filter(([location]) => kept.has(location)));
    const file = { ...decoded, external };
    await this.#keep(file, locations, whole);
    return { file, locations };
  }

  async #keep(file: OnnxFile, locations: ReadonlyMap<string, string>, whole: OnnxFile): Promise<void> {
    const version = this.#whole?.version;
    if (version === undefined) return;
    const versions = new Map([[this.path, version]]);
    if (whole.external.size > 0)
      for (const { path } of (await modelFiles(this.path)).files.slice(1))
        versions.set(path, await fileVersion(path));
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(this.path, { versions, file, locations });
  }
}

/** Bytes of an initializer of floats. */
function bytesOf({ initializers }: OnnxFile, name: string): number {
  const { dims = [], dataType = FLOAT } = initializers.get(name)?.header ?? {};
  return dims.reduce((product, size) => product * size, dataType === FLOAT16 ? 2 : 4);
}
