import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KINDS, runKind, writeNeighbours } from "../../benchmarks/lib/kernel-kinds.mjs";
import { Kernel } from "./kernel";

const folder = mkdtempSync(join(tmpdir(), "kinds-"));
let kernel = new Kernel();
beforeAll(() => {
  writeNeighbours(folder);
  return kernel.start(folder);
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

test.each(KINDS.map((kind) => [kind.name, kind] as const))("works: %s", async (_, kind) => {
  const { outcome, runs } = await runKind((name, more) => kernel.do(name, more), kind);
  if (outcome === "never answered") {
    await kernel.close();
    kernel = new Kernel();
    await kernel.start(folder);
  }
  expect(outcome, JSON.stringify(runs)).toBe("works");
});
