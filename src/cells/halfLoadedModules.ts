import { createRequire } from "node:module";

const { cache } = createRequire(__filename);

/** Forgets the modules whose loading a Stop cut short, so that the next import loads them whole. */
export function forgetHalfLoadedModules(): void {
  // Modules load in one go: while the kernel's own code runs, none is on its way.
  for (const [file, module] of Object.entries(cache)) if (module?.loaded === false) delete cache[file];
}
