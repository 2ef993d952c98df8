// After `tsc`: makes one file of the modules of TypeScript's native API, which the kernel loads in half of the time.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Writes `outfile`, kernel/types/nativeApi.cjs in dist, whose exports src/kernel/types/native.ts describes. */
export async function bundleNative(outfile) {
  await build({
    stdin: {
      contents: `export * as api from "typescript-native/unstable/async";
        export * as ast from "typescript-native/unstable/ast";`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "inline",
    outfile,
    logLevel: "warning",
  });
}
