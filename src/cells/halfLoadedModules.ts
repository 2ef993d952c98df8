import { createRequire } from "node:module";

const { cache } = createRequire(__filename);

/** Forgets the modules whose loading a Stop interrupted, so that the next import loads them completely. */
export function forgetHalfLoadedModules(): void {
  // Modules load without a pause: while the kernel's own code runs, none is being loaded.
  for (const [file, module] of Object.entries(cache)) if (module?.loaded === false) delete cache[file];
}
