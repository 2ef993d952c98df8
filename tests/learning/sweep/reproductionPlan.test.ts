import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import {
  type Configuration,
  certifiedRuns,
  hashOf,
  REPRODUCTION_PARTS,
  readConfiguration,
  reproductionPlan,
  storedResult,
} from "../../../src/learning";
import { readSweepFile } from "../../../src/learning/sweep/sweepPlan";
import { ROOT } from "../../helpers/root";

const plan = reproductionPlan();

it("no run is planned twice, each is a valid configuration, and parts come in their order", () => {
  expect(new Set(plan.map(({ configuration }) => hashOf(configuration))).size).toBe(plan.length);
  for (const { configuration } of plan) {
    expect(readConfiguration(JSON.parse(JSON.stringify(configuration)))).toEqual(configuration);
  }
  expect([...new Set(plan.map(({ part }) => part))]).toEqual(Object.keys(REPRODUCTION_PARTS));
});

it("what a part is about is said in the sweep file in the same words", async () => {
  const { parts } = await readSweepFile(path.join(ROOT, "sweeps", "reproduction.json"));
  expect(Object.fromEntries(parts.map(({ name, about }) => [name, about]))).toEqual(REPRODUCTION_PARTS);
});

it("Table 2 is S1 and S2 on both data sets, with the paper's recipe", () => {
  const rows = plan.filter(({ part }) => part === "table-2");
  expect(rows.map(({ series, configuration }) => `${series} ${configuration.data.name}`)).toEqual([
    "S1 mnist",
    "S2 mnist",
    "S1 fashion-mnist",
    "S2 fashion-mnist",
  ]);
  for (const { configuration } of rows) {
    expect(
      configuration.phases.every((phase) => !phase.learningRate && !phase.batch && !phase.optimizer),
    ).toBe(true);
    expect(configuration.phases.at(-1)?.epochs).toBe(30);
  }
});

it("on both curves every method has three sizes or more, five epochs, and the same beginning", () => {
  for (const part of ["curve-related", "curve-random"] as const) {
    const own = plan.filter((run) => run.part === part);
    for (const series of new Set(own.map((run) => run.series)))
      expect(own.filter((run) => run.series === series).length, series).toBeGreaterThanOrEqual(3);
    const beginnings = own.map(({ configuration }) => JSON.stringify(configuration.phases.slice(0, -1)));
    expect(new Set(beginnings).size).toBe(1);
    for (const { configuration } of own) expect(configuration.phases.at(-1)?.epochs).toBe(5);
  }
});

it("every stored result is one of the plan or of the few numbers, whole, and its numbers are consistent", async () => {
  const folder = path.join(ROOT, "data", "results");
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  const all = [...plan, ...(await certifiedRuns())];
  const planned = new Set(all.map(({ configuration }) => `${hashOf(configuration)}.json`));
  expect(files.filter((name) => !planned.has(name))).toEqual([]);
  for (const { configuration } of plan) {
    const result = await storedResult(configuration);
    if (!result) continue;
    expect(result.phases.map(({ epochs }) => epochs.length)).toEqual(
      configuration.phases.map(({ epochs }) => epochs),
    );
    const last = result.phases.at(-1)?.epochs ?? [];
    expect(result.best?.testAccuracy).toBe(Math.max(...last.map(({ testAccuracy }) => testAccuracy ?? 0)));
    expect(result.last?.testAccuracy).toBe(last.at(-1)?.testAccuracy);
    expect(result.backend.backend).toBe("tensorflow");
    expect(result.commit).toMatch(/^[0-9a-f]{40}$/);
  }
});

it("a stored result is found by its configuration; none, a damaged and a misnamed one are told apart", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "results-"));
  const configuration: Configuration = {
    format: "experiment/1",
    data: { name: "mnist", train: 10 },
    model: { name: "mlp" },
    phases: [{ method: { name: "head" }, epochs: 1 }],
    seed: 0,
  };
  const hash = hashOf(configuration);
  const write = (value: unknown) =>
    fs.writeFileSync(
      path.join(folder, `${hash}.json`),
      typeof value === "string" ? value : JSON.stringify(value),
    );
  expect(await storedResult(configuration, folder)).toBeUndefined();
  const result = { format: "experiment-result/1", hash, configuration, phases: [] };
  write(result);
  expect(await storedResult(configuration, folder)).toEqual(result);
  write(JSON.stringify(result).slice(0, -5));
  await expect(storedResult(configuration, folder)).rejects.toThrow(
    /cannot be read .*delete it to run again/,
  );
  write({ ...result, configuration: { ...configuration, seed: 1 } });
  await expect(storedResult(configuration, folder)).rejects.toThrow(/is not of the run that its name says/);
  fs.rmSync(folder, { recursive: true });
});
