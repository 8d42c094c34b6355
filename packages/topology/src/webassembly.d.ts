// The part of the WebAssembly interface that the kernel uses: this package is compiled without the DOM and Node.
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: unknown;
  }
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    value: number;
  }
}
declare function atob(text: string): string;
