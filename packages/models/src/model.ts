import type { Provider, TapKind } from '@unitscope/plan';
import type { Layer, UnseenConvolution } from './layer.js';
import type { Backend } from './tfjs/tensor-backend.js';
import type { WeightsOptions } from './weights/weights-options.js';

export type ModelFormat = 'onnx' | 'tfjs-layers' | 'tfjs-graph';

export interface InputSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Gets the maps of one layer, `[image][unit][N·N]` row-major; they may be reused once the promise is settled. `block` is 1 but
 * where the memory takes blocks: `[image][⌈units / block⌉][N·N][block]`.
 */
export type OnMaps = (layer: Layer, maps: Float32Array, block: number) => void | Promise<void>;

/** Memory for the maps of one batch. A backend that can writes them there, one after another, instead of into memory of its own. */
export interface MapMemory {
  /** So many floats. `size` and `block`: maps in blocks are to be taken apart behind them, of at most that size. */
  reserve(floats: number, size?: number, block?: number): Float32Array;
  /** Whether maps may come with their channels in blocks, as the optimiser of onnxruntime lays them out. */
  readonly takesBlocks?: boolean;
}

/** A checkpoint that is open on a tensor backend. */
export interface Model {
  readonly format: ModelFormat;
  /** The backend and its version, as it goes into content keys. */
  readonly backend: string;
  readonly input: InputSize;
  readonly layers: readonly Layer[];
  /** Why images go through it one at a time, where they do: in a batch they would influence each other. */
  readonly alone?: string;
  /** Convolutions that are no layers (inside If, Loop, functions that stay), and why. */
  readonly unseen: readonly UnseenConvolution[];
  /**
   * One forward pass of `count` images (count × height × width × channels, preprocessed). Calls `onMaps`
   * once for each of `layers`, in the order in which the network makes them. The same batch gives the same
   * floats whatever layers are asked for. Holds the maps of all asked layers of one batch at most.
   */
  forward(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    onMaps: OnMaps,
    memory?: MapMemory,
  ): Promise<void>;
  /** L1 norm of each unit's kernel (bias left out), or null where the kernel is not stored as plain floats. */
  l1Norms(layer: Layer): Promise<Float64Array | null>;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  readonly backend?: Backend;
  /** Execution providers of onnxruntime, in their order. Default: the CPU alone. Throws BackendMissingError for one that does not run here. */
  readonly providers?: readonly Provider[] | undefined;
  /** Where its layers are looked at. Default after-activation. */
  readonly tap?: TapKind;
  /** Threads of onnxruntime inside one model. Default 1: parallelism is many tasks. */
  readonly threads?: number;
  /**
   * Run the network to its end, and check that what it makes has the sizes that its file declares, and that the images of a
   * batch do not influence each other. Default true; else what lies behind the last tap is left out where the format allows it: a classifier can be most of a network's weights.
   */
  readonly checkOutputs?: boolean;
  /** Images go through it one at a time: whether those of a batch influence each other does not matter. */
  readonly oneByOne?: boolean;
  /** Weights of another file, in place of those that an ONNX network holds. */
  readonly weights?: WeightsOptions;
  /** Height and width for a model that takes images of any size. */
  readonly inputSize?: { readonly height: number; readonly width: number };
}
