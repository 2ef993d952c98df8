import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, join } from "node:path";

/** Whether Node loads a file as an ES module. */
export function isModule(file: string): boolean {
  if (isBuiltin(file)) return false;
  const ending = extname(file);
  return ending === ".mjs" || (ending === ".js" && packageType(dirname(file)) === "module");
}

/** The field `type` of the package that a folder belongs to. */
function packageType(folder: string): unknown {
  const manifest = manifestIn(folder);
  const above = dirname(folder);
  return manifest || above === folder ? manifest?.type : packageType(above);
}

export type Manifest = { type?: unknown; exports?: unknown; imports?: unknown };

/** The package.json in a folder, if there is one. */
export function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
