import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as NativeAst from "typescript-native/unstable/ast" with { "resolution-mode": "import" };
import type * as NativeApi from "typescript-native/unstable/async" with { "resolution-mode": "import" };

export type Ast = typeof NativeAst;
export type Node = NativeAst.Node;
export type SourceFile = NativeAst.SourceFile;
export type Api = NativeApi.API<true>;
export type Project = NativeApi.Project;
export type Snapshot = NativeApi.Snapshot;
export type NativeDiagnostic = NativeApi.Diagnostic;

/** The TypeScript version whose unstable API the checker is built on; it may change in any other. */
export const nativeVersion = "7.0.2";

/** TypeScript's native API and syntax tree; they are ES modules, so they come by `import()`. */
export type Native = { readonly api: typeof NativeApi; readonly ast: Ast };

/** What the build has made of the API's modules: one file, which loads in half of the time. */
const bundle = join(__dirname, "nativeApi.cjs");

/** Loads TypeScript's native API. */
export async function loadNative(): Promise<Native> {
  if (existsSync(bundle)) return createRequire(__filename)(bundle) as Native;
  const [api, ast] = await Promise.all([
    import("typescript-native/unstable/async"),
    import("typescript-native/unstable/ast"),
  ]);
  return { api, ast };
}
