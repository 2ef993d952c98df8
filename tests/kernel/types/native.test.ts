import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadNative, type Native, nativeVersion } from "../../../src/kernel/types/native";
import { root } from "../kernel";

const load = createRequire(import.meta.url);

test("the bundle that the build makes has all that the compiler's API exports, in the version it was made for", async () => {
  // Vitest runs the sources, which have no bundle beside them.
  const packages = await loadNative();
  const bundled = load(join(root, "dist", "kernel", "types", "nativeApi.cjs")) as Native;
  for (const part of ["api", "ast"] as const)
    expect(Object.keys(bundled[part]).sort()).toEqual(
      Object.keys(packages[part])
        .filter((name) => name !== "module.exports" && name !== "default")
        .sort(),
    );
  expect(load("typescript-native/package.json").version).toBe(nativeVersion);
});
