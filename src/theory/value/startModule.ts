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

/** Compiles the module for some sizes, such as the number of coordinates, when it is first asked for. */
export function compiledFor<Sizes extends readonly number[]>(
  bytesOf: (...sizes: Sizes) => Uint8Array,
): (...sizes: Sizes) => CompiledModule {
  const modules = new Map<string, CompiledModule>();
  return (...sizes) => {
    const key = sizes.join(" ");
    let module = modules.get(key);
    if (module === undefined) {
      module = compileModule(bytesOf(...sizes));
      modules.set(key, module);
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
