import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';
import { packageFolder, packageVersion } from '@unitscope/process';
import { replaceConvolutionGradients } from './convolution-gradients.js';
import { BackendMissingError } from '../errors.js';

export type Backend = 'auto' | 'tfjs-node' | 'wasm' | 'onnxruntime';

export interface TensorBackend {
  readonly tf: typeof Tf;
  /** Name and version, as it goes into content keys. */
  readonly id: string;
  /** Makes it the backend on which tfjs works from now on. */
  readonly use: () => Promise<void>;
}

/** What native libraries are built for: another one may differ in the last bit of a float. */
export const thisPlatform = `${process.platform}-${process.arch}`;

/** tfjs-node and its build, without loading it. */
export function tfjsNodeId(platform: string): string {
  return `tfjs-node ${packageVersion('@tensorflow/tfjs-node')} ${platform}`;
}

let wasm: Promise<TensorBackend> | undefined;
let native: Promise<TensorBackend> | undefined;

async function loadWasm(): Promise<TensorBackend> {
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist') + '/');
  const use = async () => await useBackend(tf, 'wasm');
  await use();
  replaceConvolutionGradients(tf, 'wasm');
  return { tf, id: `tfjs-backend-wasm ${packageVersion('@tensorflow/tfjs-backend-wasm')}`, use };
}

async function loadNative(): Promise<TensorBackend> {
  // TensorFlow's C++ side writes advice about its build to stderr.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  restoreUtil();
  const tf = await import('@tensorflow/tfjs-core');
  // tfjs-node shares this tfjs-core (one engine a process) and registers the backend 'tensorflow' on it.
  const name: string = '@tensorflow/tfjs-node';
  await import(name);
  const use = async () => await useBackend(tf, 'tensorflow');
  await use();
  return { tf, id: tfjsNodeId(thisPlatform), use };
}

/**
 * tfjs-node 4.22, the last one, calls two functions of Node’s `util` that Node 23 took away (tensorflow/tfjs#8609), and
 * that Node 22 warns of on every start.
 */
function restoreUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as {
    isNullOrUndefined?: (value: unknown) => boolean;
    isArray?: (value: unknown) => boolean;
  };
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/** tfjs' backend of plain JavaScript, slow and straightforward: what others are compared with. */
export async function plainBackend(): Promise<TensorBackend> {
  const tf = await import('@tensorflow/tfjs-core');
  // tfjs-node brings it along.
  const known = tf.findBackendFactory('cpu') as unknown;
  if (known === null) await import('@tensorflow/tfjs-backend-cpu');
  const use = async () => await useBackend(tf, 'cpu');
  await use();
  // Else it advises on stderr to install another one.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  return { tf, id: 'tfjs-backend-cpu', use };
}

async function useBackend(tf: typeof Tf, name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start its backend '${name}'`);
  await tf.ready();
}

/**
 * Loads the tensor library for tfjs models, once a process, and makes it the current one.
 * `auto` is tfjs-node where it is installed and loads, else wasm. Throws BackendMissingError.
 */
export async function tensorBackend(wanted: Exclude<Backend, 'onnxruntime'>): Promise<TensorBackend> {
  if (wanted !== 'wasm') {
    try {
      const loaded = await (native ??= loadNative());
      await loaded.use();
      return loaded;
    } catch (cause) {
      if (wanted === 'tfjs-node') {
        throw new BackendMissingError(
          "backend 'tfjs-node' is not there: @tensorflow/tfjs-node is not installed or its native part does not load " +
            '(in a clone, `node infra/tfjs-node.mjs` builds it); the backend wasm needs nothing',
          { cause },
        );
      }
    }
  }
  const loaded = await (wasm ??= loadWasm());
  await loaded.use();
  return loaded;
}
