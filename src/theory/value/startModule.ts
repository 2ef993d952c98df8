// TypeScript declares WebAssembly only together with a browser's document.
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, unknown>;
  }
}

/** A module that can be started any number of times. */
export type CompiledModule = WebAssembly.Module;

/** Bytes of a page, WebAssembly's unit of memory. */
const PAGE = 65_536;

export const compileModule = (bytes: Uint8Array): CompiledModule => new WebAssembly.Module(bytes);

/** Compiles the module for d coordinates when it is first asked for. */
export function compiledFor(bytesOf: (d: number) => Uint8Array): (d: number) => CompiledModule {
  const modules = new Map<number, CompiledModule>();
  return (d) => {
    let module = modules.get(d);
    if (module === undefined) {
      module = compileModule(bytesOf(d));
      modules.set(d, module);
    }
    return module;
  };
}

/** The function of a module that webAssemblyModule made, with a memory of at least so many bytes, zero at first. */
export function startModule<Run>(
  module: CompiledModule,
  bytes: number,
): { readonly buffer: ArrayBuffer; readonly run: Run } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { f } = new WebAssembly.Instance(module, { m: { m: memory } }).exports;
  return { buffer: memory.buffer, run: f as Run };
}
