import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, packageVersion } from '@unitscope/process';
import type * as Koffi from 'koffi';
import { HugePages } from './huge-pages.js';
import {
  API_VERSION,
  FUNCTIONS,
  KOFFI_TYPES,
  TABLE_LENGTH,
  type FunctionName,
  type Pointer,
} from './ort-functions.js';

type Call = (...args: readonly (Pointer | string)[]) => Pointer | string | undefined;

/** The shared library that onnxruntime-node ships, called by its C API. */
export class OrtLibrary {
  readonly #koffi: typeof Koffi;
  readonly #calls: ReadonlyMap<FunctionName, Call>;
  readonly hugePages: HugePages;
  /** Where functions put what they make. */
  readonly #cell = new BigUint64Array(1);
  readonly #cellAt: bigint;

  private constructor(koffi: typeof Koffi, calls: ReadonlyMap<FunctionName, Call>) {
    this.#koffi = koffi;
    this.#calls = calls;
    this.hugePages = new HugePages(koffi);
    this.#cellAt = this.addressOf(this.#cell);
  }

  /** Throws where koffi, the library or its table is not there, or is of another version than onnxruntime-node. */
  static async load(): Promise<OrtLibrary> {
    const koffi = await import('koffi');
    // Calls run on a stack of koffi's; what onnxruntime's optimiser needs on a deep graph is not known.
    if ((koffi.config()['sync_stack_size'] ?? 0) < STACK_BYTES)
      koffi.config({ sync_stack_size: STACK_BYTES });
    const path = libraryPath();
    pin(koffi, path);
    const library = koffi.load(path);
    // koffi closes a library that nothing refers to any more, whatever was made of it.
    held.push(library);
    const pointer = koffi.proto(KOFFI_TYPES.pointer, ['uint32_t']);
    const version = koffi.proto('const char *', []);
    // struct OrtApiBase { GetApi, GetVersionString }
    const base = new BigUint64Array(
      koffi.view((library.func('OrtGetApiBase', 'uintptr_t', []) as () => Pointer)(), 16),
    );
    const found = (koffi.decode(base[1], version) as () => string)();
    const expected = packageVersion('onnxruntime-node');
    if (found !== expected) throw new Error(`${path} is onnxruntime ${found}, expected ${expected}`);
    const api = (koffi.decode(base[0], pointer) as (version: number) => Pointer)(API_VERSION);
    if (!api) throw new Error(`onnxruntime ${found} has no C API of version ${API_VERSION}`);
    const table = new BigUint64Array(koffi.view(api, 8 * TABLE_LENGTH));
    const calls = new Map<FunctionName, Call>();
    for (const [name, [place, result, ...args]] of Object.entries(FUNCTIONS)) {
      const types = args.map((type) => KOFFI_TYPES[type]);
      calls.set(
        name as FunctionName,
        koffi.decode(table[place], koffi.proto(KOFFI_TYPES[result], types)) as Call,
      );
    }
    return new OrtLibrary(koffi, calls);
  }

  /** Calls a function that gives a status. Throws what it says. */
  call(name: FunctionName, ...args: readonly (Pointer | string)[]): void {
    const status = this.#function(name)(...args) as Pointer;
    if (!status) return;
    const message = this.#function('GetErrorMessage')(status) as string;
    this.#function('ReleaseStatus')(status);
    throw new Error(message);
  }

  /** Calls a function whose last argument is where it puts what it makes; answers that. */
  made(name: FunctionName, ...args: readonly (Pointer | string)[]): bigint {
    this.#cell[0] = 0n;
    this.call(name, ...args, this.#cellAt);
    return this.#cell[0];
  }

  release(name: FunctionName & `Release${string}`, pointer: Pointer): void {
    this.#function(name)(pointer);
  }

  /** Where the elements of an array lie, as long as something holds it (Held). */
  addressOf(array: ArrayBufferView): bigint {
    // Small arrays are on V8's heap, which moves what is on it, until their buffer is asked for.
    return array.buffer.byteLength === 0 ? 0n : this.#koffi.address(array);
  }

  /** A copy of so many floats at an address. */
  floatsAt(pointer: Pointer, count: number): Float32Array {
    return count === 0 ? new Float32Array() : new Float32Array(this.#koffi.view(pointer, 4 * count)).slice();
  }

  #function(name: FunctionName): Call {
    const found = this.#calls.get(name);
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  }
}

const STACK_BYTES = 8 * 2 ** 20;

const held: unknown[] = [];

/** Arrays that native code reads or writes: none is collected before `end`. */
export class Held {
  readonly #library: OrtLibrary;
  readonly #arrays: ArrayBufferView[] = [];

  constructor(library: OrtLibrary) {
    this.#library = library;
  }

  at(array: ArrayBufferView): bigint {
    this.#arrays.push(array);
    return this.#library.addressOf(array);
  }

  /** An array of pointers to arrays. */
  list(arrays: readonly ArrayBufferView[]): bigint {
    return this.at(BigUint64Array.from(arrays, (array) => this.at(array)));
  }

  end(): void {
    this.#arrays.length = 0;
  }
}

/** A text as C has it. */
export function zeroEnded(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

function libraryPath(): string {
  const folder = join(packageFolder('onnxruntime-node'), 'bin');
  const [napi = ''] = readdirSync(folder);
  const name = {
    linux: 'libonnxruntime.so.1',
    darwin: `libonnxruntime.${packageVersion('onnxruntime-node')}.dylib`,
    win32: 'onnxruntime.dll',
  }[process.platform as string];
  const path = join(folder, napi, process.platform, process.arch, name ?? '');
  if (name === undefined || !existsSync(path)) throw new Error(`onnxruntime-node has no library at ${path}`);
  return path;
}

/**
 * Opens the library once more, and never closes it: a session outlives the thread that made it (live-sessions.ts), and with
 * it must its code.
 */
function pin(koffi: typeof Koffi, path: string): void {
  const opened =
    process.platform === 'win32'
      ? (koffi.load('kernel32.dll').func('LoadLibraryW', 'uintptr_t', ['str16']) as Open)(path)
      : (koffi.load(null).func('dlopen', 'uintptr_t', ['str', 'int']) as Open)(path, RTLD_NOW);
  if (!opened) throw new Error(`${path} cannot be held`);
}

type Open = (path: string, mode?: number) => Pointer;

const RTLD_NOW = 2;
