import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as library from "intrinsic-params";
import { afterAll, expect, test } from "vitest";
import { pythonEnvironment } from "../../benchmarks/lib/python-environment.mjs";
import { pythonWorker } from "../../benchmarks/lib/python-worker.mjs";
import { lookupRow } from "../../benchmarks/theory.mjs";
import { ROOT } from "../helpers/root";

const benchmarks = path.join(ROOT, "benchmarks");
// NumPy and gmpy2 are fetched for the first benchmark, not with the set-up: without network there is no other side.
const python: string | undefined = await pythonEnvironment(path.join(benchmarks, "requirements.txt")).catch(
  (error: Error) => {
    if (error.message.startsWith("No network")) return undefined;
    throw error;
  },
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "benchmark-test-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (...flags: string[]) =>
  spawnSync(process.execPath, [path.join(ROOT, "scripts", "benchmark.mjs"), ...flags], { encoding: "utf8" });

type Row = { d: number; n: number; J: number; N: number; agree: boolean; seconds: Record<string, Times> };
type Times = { median: number; min: number; max: number };

test.skipIf(!python)(
  "a quick run of the theory's benchmark has every row, and Python's values are ours",
  { timeout: 180_000 },
  () => {
    const { status, stdout, stderr } = run("theory", "--quick", "--no-setup");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("All values were equal on both sides, bit for bit;");
    const result = JSON.parse(
      fs.readFileSync(path.join(ROOT, "artefacts", "benchmark-theory-quick.json"), "utf8"),
    );
    const rows = (section: string, key: (row: Row) => unknown) => (result[section] as Row[]).map(key);
    expect(rows("evaluate", ({ d }) => d)).toEqual([1, 2, 3]);
    expect(rows("between", ({ d }) => d)).toEqual([1, 2, 3]);
    expect(rows("growthPoints", ({ N }) => N)).toEqual([1, 1_000, 100_000]);
    expect(rows("growthTables", ({ J }) => J)).toEqual([16, 4_096]);
    expect(rows("forward", ({ J }) => J)).toEqual([16, 64, 256]);
    expect(rows("building", ({ d, J }) => [d, J])).toEqual([1, 2, 4].map((d) => [d, 65_536]));
    expect(rows("strips", ({ d }) => d)).toEqual([1, 2, 3].flatMap((d) => [d, d, d, d]));
    const rates = result.certificates as { d: number; rate: Times }[];
    expect(rates.map(({ d }) => d)).toEqual([1, 1, 1, 2, 2, 2]);
    for (const { rate } of rates) expect(rate.min).toBeGreaterThan(0);
    for (const section of ["evaluate", "between", "growthPoints", "growthTables", "forward"])
      for (const row of result[section] as Row[]) {
        expect(row.agree).toBe(true);
        for (const { median, min, max } of Object.values(row.seconds)) {
          expect(min).toBeGreaterThan(0);
          expect(median).toBeGreaterThanOrEqual(min);
          expect(max).toBeGreaterThanOrEqual(median);
        }
      }
    expect(rows("forward", (row) => Object.keys(row.seconds))).toEqual([
      ["ours", "mpfr", "mpz", "tents", "fractions"],
      ["ours", "mpfr", "mpz", "tents", "fractions"],
      ["ours", "mpfr", "mpz", "tents"],
    ]);
  },
);

/** Points that are compared, and the one of them that is told a wrong value. */
const [POINTS, WRONG] = [500, 321];

test.skipIf(!python)(
  "one value that is off by one unit in the last place is told, and its row is not timed",
  async () => {
    const { approximateLp, nextUp } = library;
    const wrong = {
      ...library,
      approximateLp(...args: Parameters<typeof approximateLp>) {
        const phi = approximateLp(...args);
        const evaluate = (points: Float64Array) => {
          const values = phi.evaluate(points);
          if (values.length === POINTS) values[WRONG] = nextUp(values[WRONG]);
          return values;
        };
        return { ...phi, grid: phi.grid, evaluate };
      },
    };
    const worker = pythonWorker(python!, path.join(benchmarks, "theory.py"));
    const lookup = { rounds: 1, least: 1, budget: 1, sample: 0, tries: 1 };
    const row = (of: object) => lookupRow({ library: of, worker, folder, size: { lookup } }, 2, 3, POINTS);
    try {
      expect(await row(library)).toMatchObject({ agree: true, rounds: 1 });
      const told = await row(wrong);
      expect(told).toMatchObject({ agree: false });
      expect(told).not.toHaveProperty("seconds");
    } finally {
      await worker.close();
    }
  },
);

test("a Python that ends early is told instead of waited for", async () => {
  const script = path.join(folder, "ends-at-once.mjs");
  fs.writeFileSync(script, "");
  const worker = pythonWorker(process.execPath, script);
  await expect(worker.ask({ operation: "versions" })).rejects.toThrow("Python side of the benchmark ended");
});

test("an unknown benchmark or option is refused with those that there are", () => {
  for (const [wrong, said] of [
    [["physics"], 'There is no benchmark "physics".'],
    [[], "Expected the name of a benchmark; got none."],
    [["theory", "--slow"], 'There is no option "--slow".'],
  ] as const) {
    const { status, stderr } = run(...wrong);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/npm run benchmark -- <.*theory.*> \[--quick\]/);
  }
});
