import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { expandSweep } from "../../../src/learning";
import { jobsOf } from "../../../src/learning/sweep/job";
import { readSweepFile } from "../../../src/learning/sweep/sweepPlan";
import { ROOT } from "../../helpers/root";

const SWEEPS = path.join(ROOT, "sweeps");

it("every sweep file of the project is valid, and is called by its name", async () => {
  for (const file of fs.readdirSync(SWEEPS)) {
    const sweep = await readSweepFile(path.join(SWEEPS, file));
    expect(`${sweep.name}.json`).toBe(file);
    expect((await expandSweep(sweep, SWEEPS)).length).toBeGreaterThan(0);
  }
});

it("the sweep of notebook 09's ten ways has its ways and first rates, one backbone a seed, and tries rates around them", async () => {
  const notebook = JSON.parse(fs.readFileSync(path.join(ROOT, "notebooks", "09-how-few.ipynb"), "utf8"));
  const cells: string[] = notebook.cells.map(({ source }: { source: string[] }) => source.join(""));
  const code = cells.find((source) => source.includes("const ways = {")) ?? "";
  const ways = [...code.matchAll(/^ {2}"?([\w -]+?)"?: \{\s*rate: ([\d.]+)/gm)].map(([, way, rate]) => ({
    way,
    rate: Number(rate),
  }));
  expect(ways).toHaveLength(10);
  const runs = await expandSweep(await readSweepFile(path.join(SWEEPS, "how-few.json")), SWEEPS);
  const rateOf = ({ configuration }: (typeof runs)[number]) =>
    configuration.phases.at(-1)?.learningRate?.start;
  const own = runs.filter(({ part, configuration }) => part === "ways" && configuration.seed === 0);
  expect(own.map((run) => ({ way: run.series, rate: rateOf(run) }))).toEqual(ways);
  const [first, ...others] = jobsOf(runs.filter(({ part }) => part === "ways")).filter(
    ({ kind }) => kind === "backbone",
  );
  expect([first, ...others].map(({ configuration }) => configuration.seed)).toEqual([0, 1, 2]);
  for (const { way, rate } of ways) {
    const tried = runs.filter(({ part, series }) => part === "rates" && series === way).map(rateOf);
    expect(tried, way).toContain(rate);
    expect(new Set(tried).size).toBe(5);
  }
});
