import { kernelBase64, mapsAddress } from './kernel.generated.js';

/** What assembly/index.ts exports; addresses are bytes in its memory. */
interface KernelExports {
  readonly mapsACall: WebAssembly.Global;
  readonly birthRanks: WebAssembly.Global;
  readonly sums: WebAssembly.Global;
  readonly zeroCounts: WebAssembly.Global;
  readonly stopped: WebAssembly.Global;
  readonly switchedOff: WebAssembly.Global;
  readonly rankInDoubt: WebAssembly.Global;
  readonly mapStopped: WebAssembly.Global;
  readonly wanted: WebAssembly.Global;
  readonly relativeGap: WebAssembly.Global;
  measure(at: number, size: number, count: number, limit: number, known: number): number;
  blockStride(size: number): number;
  measureBlocked(
    at: number,
    size: number,
    units: number,
    block: number,
    scratch: number,
    first: number,
    count: number,
    limit: number,
    known: number,
  ): number;
  noiseBirths(size: number, limit: number, trials: number): number;
}

let compiled: WebAssembly.Module | undefined;

export interface KernelInstance extends KernelExports {
  readonly buffer: ArrayBuffer;
  /** Room for maps: the rest of the memory but for what is read past the last map. */
  readonly maps: Float32Array<ArrayBuffer>;
}

const PAGE_BYTES = 65_536;

/** The kernel reads whole 4×4 blocks and so up to three rows past the last map. */
const SLACK_BYTES = 16_384;

/**
 * A kernel with memory of its own that holds so many floats. Memory is never grown: growing detaches a buffer, and
 * from then on V8 checks every typed array access in the whole process, at half the speed of a plain loop.
 * Compiles at first use: importing this package alone costs nothing.
 */
export function instantiateKernel(floats: number): KernelInstance {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBase64), (char) => char.charCodeAt(0)));
  const pages = Math.ceil((mapsAddress + 4 * floats + SLACK_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as KernelExports;
  const room = (memory.buffer.byteLength - SLACK_BYTES - mapsAddress) / 4;
  return { ...exports, buffer: memory.buffer, maps: new Float32Array(memory.buffer, mapsAddress, room) };
}
