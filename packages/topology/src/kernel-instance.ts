import { kernelBase64 } from './kernel.generated.js';

/** What assembly/index.ts exports; addresses are bytes in `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly maps: WebAssembly.Global;
  readonly mapsACall: WebAssembly.Global;
  readonly birthRanks: WebAssembly.Global;
  readonly sums: WebAssembly.Global;
  readonly zeroCounts: WebAssembly.Global;
  readonly stopped: WebAssembly.Global;
  readonly switchedOff: WebAssembly.Global;
  readonly rankInDoubt: WebAssembly.Global;
  measure(at: number, size: number, count: number, limit: number, known: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** A kernel with memory of its own. Compiles at first use: importing this package alone costs nothing. */
export function instantiateKernel(): KernelExports {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBase64), (char) => char.charCodeAt(0)));
  return new WebAssembly.Instance(compiled).exports as KernelExports;
}
