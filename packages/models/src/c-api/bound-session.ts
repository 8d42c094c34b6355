import { refuseEndless } from '../files/onnx-bodies.js';
import { inNative } from '../native/native-section.js';
import type { Floats, MadeTensor, NetworkSession, Outputs } from '../onnx/network-session.js';
import { FLOAT } from '../onnx/onnx-file.js';
import { typeName } from '../onnx/onnx-types.js';
import { forgetSession, noteSession } from './live-sessions.js';
import { Held, zeroEnded, type OrtLibrary } from './ort-library.js';

// Enumerations of onnxruntime_c_api.h.
const LOG_FATAL = 4;
const OPTIMISE_ALL = 99;
const OPTIMISE_NOTHING = 0;
const ALLOCATOR_DEVICE = 0;
const MEMORY_DEFAULT = 0;

export interface SessionData {
  readonly model: Uint8Array;
  /** What initializers say lies in other files, by the location that they name. */
  readonly external: ReadonlyMap<string, Uint8Array>;
  readonly threads: number;
  /** The file to which it writes its graph as it runs it. */
  readonly optimisedTo?: string;
  /** Such a graph: it is run as it is. */
  readonly isOptimised?: boolean;
}

/** Tensors over the places of a run, and the names of those. */
interface OverPlaces {
  readonly places: Readonly<Record<string, Floats>>;
  /** What `names` points to. */
  readonly held: Held;
  readonly names: bigint;
  readonly values: BigUint64Array;
}

/** A session by the C API, whose outputs are written where the caller wants them, without a copy. */
export class BoundSession implements NetworkSession {
  readonly #library: OrtLibrary;
  readonly #memory: bigint;
  #session: bigint;
  /** Over the places of the last run: the same are written again and again. */
  #over: OverPlaces | null = null;

  private constructor(library: OrtLibrary, session: bigint) {
    this.#library = library;
    this.#session = session;
    this.#memory = library.made('CreateCpuMemoryInfo', ALLOCATOR_DEVICE, MEMORY_DEFAULT);
  }

  /** Throws UnsupportedModelError where it may run for ever. */
  static async create(library: OrtLibrary, data: SessionData): Promise<BoundSession> {
    refuseEndless(data.model);
    return await inNative(() => {
      const session = createSession(library, data);
      noteSession(session);
      return Promise.resolve(new BoundSession(library, session));
    });
  }

  run(feeds: Readonly<Record<string, Floats>>, names: readonly string[]): Promise<Outputs> {
    return inNative(() => {
      const values = new BigUint64Array(names.length);
      const held = new Held(this.#library);
      this.#run(feeds, held.list(names.map(zeroEnded)), values);
      held.end();
      const made = names.map((name, i) => [name, this.#taken(values[i] ?? 0n)] as const);
      return Promise.resolve(Object.fromEntries(made));
    });
  }

  /** `places` are held until others come, or the session is released. */
  runInto(feeds: Readonly<Record<string, Floats>>, places: Readonly<Record<string, Floats>>): Promise<void> {
    return inNative(() => {
      const { names, values } = this.#overThese(places);
      this.#run(feeds, names, values);
      return Promise.resolve();
    });
  }

  release(): Promise<void> {
    const session = this.#session;
    this.#session = 0n;
    this.#leavePlaces();
    if (session !== 0n) {
      forgetSession(session);
      this.#library.release('ReleaseSession', session);
    }
    return Promise.resolve();
  }

  /** `names`: a list of texts as C has them; `values`: where each goes, or 0 for what onnxruntime is to allocate. */
  #run(feeds: Readonly<Record<string, Floats>>, names: bigint, values: BigUint64Array): void {
    if (this.#session === 0n) throw new Error('the session was released');
    const held = new Held(this.#library);
    const inputs = this.#tensors(Object.values(feeds));
    try {
      const fed = [held.list(Object.keys(feeds).map(zeroEnded)), held.at(inputs), inputs.length] as const;
      const made = [names, values.length, held.at(values)] as const;
      this.#library.call('Run', this.#session, 0, ...fed, ...made);
    } finally {
      for (const input of inputs) this.#library.release('ReleaseValue', input);
      held.end();
    }
  }

  /** Tensors over these places, which are held from now on. */
  #overThese(places: Readonly<Record<string, Floats>>): OverPlaces {
    if (places === this.#over?.places) return this.#over;
    this.#leavePlaces();
    for (const { data } of Object.values(places)) this.#library.hugePages.preferFor(data);
    const held = new Held(this.#library);
    const names = held.list(Object.keys(places).map(zeroEnded));
    return (this.#over = { places, held, names, values: this.#tensors(Object.values(places)) });
  }

  #leavePlaces(): void {
    for (const value of this.#over?.values ?? []) this.#library.release('ReleaseValue', value);
    this.#over?.held.end();
    this.#over = null;
  }

  /** Tensors over memory of the caller's, who holds it. */
  #tensors(all: readonly Floats[]): BigUint64Array {
    const held = new Held(this.#library);
    const tensors: bigint[] = [];
    try {
      for (const { data, dims } of all)
        tensors.push(
          this.#library.made(
            'CreateTensorWithDataAsOrtValue',
            ...[this.#memory, this.#library.addressOf(data), data.byteLength],
            ...[held.at(BigInt64Array.from(dims, BigInt)), dims.length, FLOAT],
          ),
        );
      return BigUint64Array.from(tensors);
    } catch (error) {
      for (const made of tensors) this.#library.release('ReleaseValue', made);
      throw error;
    } finally {
      held.end();
    }
  }

  /** What onnxruntime allocated, copied and released. */
  #taken(value: bigint): MadeTensor {
    const library = this.#library;
    try {
      const info = library.made('GetTensorTypeAndShape', value);
      try {
        const elemType = Number(library.made('GetTensorElementType', info));
        const sizes = new BigInt64Array(Number(library.made('GetDimensionsCount', info)));
        library.call('GetDimensions', info, library.addressOf(sizes), sizes.length);
        const dims = [...sizes].map(Number);
        const count = dims.reduce((product, size) => product * size, 1);
        const data =
          elemType === FLOAT ? library.floatsAt(library.made('GetTensorMutableData', value), count) : null;
        return { type: typeName(elemType), dims, data };
      } finally {
        library.release('ReleaseTensorTypeAndShapeInfo', info);
      }
    } finally {
      library.release('ReleaseValue', value);
    }
  }
}

let environment: bigint | undefined;

function createSession(library: OrtLibrary, data: SessionData): bigint {
  const { model, external, threads, optimisedTo, isOptimised = false } = data;
  environment ??= library.made('CreateEnv', LOG_FATAL, 'unitscope');
  const options = library.made('CreateSessionOptions');
  try {
    library.call('SetSessionGraphOptimizationLevel', options, isOptimised ? OPTIMISE_NOTHING : OPTIMISE_ALL);
    library.call('SetIntraOpNumThreads', options, threads);
    library.call('SetInterOpNumThreads', options, 1);
    library.call('SetSessionLogSeverityLevel', options, LOG_FATAL);
    const held = new Held(library);
    addExternal(library, held, options, external);
    if (optimisedTo !== undefined)
      library.call('SetOptimizedModelFilePath', options, held.at(systemText(optimisedTo)));
    const session = library.made(
      'CreateSessionFromArray',
      environment,
      held.at(model),
      model.length,
      options,
    );
    held.end();
    return session;
  } finally {
    library.release('ReleaseSessionOptions', options);
  }
}

function addExternal(
  library: OrtLibrary,
  held: Held,
  options: bigint,
  external: ReadonlyMap<string, Uint8Array>,
): void {
  if (external.size === 0) return;
  const names = [...external.keys()].map(systemText);
  const files = [...external.values()];
  const sizes = BigUint64Array.from(files, ({ length }) => BigInt(length));
  const lists = [held.list(names), held.list(files), held.at(sizes)] as const;
  library.call('AddExternalInitializersFromFilesInMemory', options, ...lists, files.length);
}

/** ORTCHAR_T is two bytes wide on Windows. */
function systemText(text: string): Uint8Array {
  return process.platform === 'win32' ? Buffer.from(`${text}\0`, 'utf16le') : zeroEnded(text);
}
