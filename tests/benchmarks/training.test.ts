import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { difference } from "../../benchmarks/lib/agreement.mjs";
import { jsonWorker } from "../../benchmarks/lib/json-worker.mjs";
import { hasPytorch, pytorchPython } from "../../benchmarks/lib/pytorch.mjs";
import { agreementRows } from "../../benchmarks/training.mjs";
import { backendInfo } from "../../src/learning";
import { ROOT } from "../helpers/root";

const benchmarks = path.join(ROOT, "benchmarks");
const native = (await backendInfo()).backend === "tensorflow";
// PyTorch is half a gigabyte to fetch: `npm run benchmark -- training` does that, and these tests from then on.
const python = hasPytorch() ? await pytorchPython() : undefined;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "benchmark-test-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const workerOf = (command: string, ...args: string[]) =>
  jsonWorker(command, args, { name: "tested", env: { OMP_NUM_THREADS: "1" } });
const ourSide = () => workerOf(process.execPath, path.join(benchmarks, "lib", "training-worker.mjs"));

test("numbers are compared tensor by tensor: an error in a small tensor is not hidden by a large one", () => {
  const reference = Float32Array.of(1000, -500, 10, 5);
  const values = Float32Array.of(1000, -500, 10, 6);
  expect(difference(values, reference, [2, 2])).toBeCloseTo(0.1, 6);
  expect(difference(values, reference)).toBeCloseTo(0.001, 9);
  expect(difference(reference, reference, [2, 2])).toBe(0);
});

test("a tensor of rounding errors alone is measured by the largest number of all, and NaN never agrees", () => {
  const reference = Float32Array.of(1, 1e-9);
  expect(difference(Float32Array.of(1, -1e-9), reference, [1, 1])).toBeLessThan(1e-5);
  expect(difference(Float32Array.of(1, Number.NaN), reference, [1, 1])).toBeNaN();
  expect(() => difference(reference, Float32Array.of(1))).toThrow(/2 numbers here, 1 there/);
});

test.skipIf(!native)(
  "our side takes as many steps as it is asked for, by fit itself, and ends when it is let go",
  { timeout: 60_000 },
  async () => {
    const ours = ourSide();
    try {
      const { preparing } = await ours.ask({ operation: "prepare", strategy: "cached S2", count: 256 });
      expect(preparing).toBeGreaterThan(0);
      for (const repeats of [1, 8, 3]) {
        const { seconds, steps } = await ours.ask({ operation: "steps", strategy: "cached S2", repeats });
        expect(steps).toBe(repeats);
        expect(seconds).toBeGreaterThan(0);
      }
    } finally {
      await ours.close();
    }
  },
);

test.skipIf(!native || !python)(
  "both sides agree in loss, gradients and optimizer; a loss off by 0.1 % and a wrong decay are told (where PyTorch is set up)",
  { timeout: 180_000 },
  async () => {
    const ours = ourSide();
    const theirs = workerOf(python!, path.join(benchmarks, "training.py"));
    type Request = { operation: string; options?: Record<string, number> };
    const off = {
      ask: async (request: Request) => {
        if (request.options) request.options = { ...request.options, weight_decay: 0.02 };
        const answer = await theirs.ask(request);
        return request.operation === "agree" ? { loss: answer.loss * 1.001 } : answer;
      },
    };
    try {
      await ours.ask({ operation: "writeData", folder });
      const rows: { name: string; agree: boolean }[] = await agreementRows({ ours, theirs }, folder);
      expect(rows.map(({ name }) => name)).toEqual([
        ...["S1", "S2", "cached S2"].flatMap((strategy) => [`loss, ${strategy}`, `gradients, ${strategy}`]),
        ...["no", "coupled", "decoupled"].map((decay) => `RAdam, ${decay} weight decay, 200 steps`),
      ]);
      expect(rows.filter(({ agree }) => !agree)).toEqual([]);
      const wrong: typeof rows = await agreementRows({ ours, theirs: off }, folder);
      const told = wrong.filter(({ agree }) => !agree).map(({ name }) => name);
      expect(told).toEqual(rows.map(({ name }) => name).filter((name) => /^loss|RAdam/.test(name)));
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  },
);

type Times = { median: number; min: number; max: number };
test.skipIf(!native || !python || !process.env.CI)(
  "a quick run of the benchmark of training has every row, and no tensor is left after an epoch (CI=true, where PyTorch is set up)",
  { timeout: 300_000 },
  () => {
    const script = path.join(ROOT, "scripts", "benchmark.mjs");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [script, "training", "--quick", "--no-setup"],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    for (const goal of [
      "S1 at PyTorch's speed",
      "requires_grad = False",
      "PyTorch on cached features",
      "residual blocks",
    ])
      expect(stdout).toContain(goal);
    const file = path.join(ROOT, "artefacts", "benchmark-training-quick.json");
    const { rows, mixed, memory, agree } = JSON.parse(fs.readFileSync(file, "utf8"));
    expect(agree).toBe(true);
    const strategies = ["S1", "S2", "cached S2"];
    expect(Object.keys(rows)).toEqual(strategies);
    for (const [name, row] of Object.entries<{ seconds: Record<string, Times> }>(rows)) {
      const sides = [
        "ours",
        "pytorch",
        "pytorchDefault",
        ...(name === "cached S2" ? ["pytorchS2", "pytorchS2Default"] : []),
      ];
      expect(Object.keys(row.seconds)).toEqual(sides);
      for (const { median, min, max } of Object.values(row.seconds)) {
        expect(min).toBeGreaterThan(0);
        expect(median).toBeGreaterThanOrEqual(min);
        expect(max).toBeGreaterThanOrEqual(median);
      }
    }
    expect(Object.keys(mixed.seconds)).toEqual(["native", "mixed", "mixedFit", "residual", "residualFit"]);
    expect(Object.keys(mixed.ratios)).toEqual(["mixed", "mixedFit", "residualFit"]);
    for (const { min, max } of Object.values<Times>(mixed.ratios)) {
      expect(min).toBeGreaterThan(0);
      expect(max).toBeGreaterThanOrEqual(min);
    }
    expect(memory.map(({ strategy }: { strategy: string }) => strategy)).toEqual(strategies);
    for (const { ours, theirs } of memory) {
      expect(ours.tensors).toBe(true);
      expect(ours.peak).toBeGreaterThan(ours.started);
      expect(theirs.peak).toBeGreaterThan(theirs.started);
    }
  },
);
