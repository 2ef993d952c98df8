import path from "node:path";
import { expect, it } from "vitest";
import { expandSweep, hashOf, reproductionPlan } from "../../../src/learning";
import { jobsOf } from "../../../src/learning/sweep/job";
import { readSweepFile } from "../../../src/learning/sweep/sweepPlan";
import { ROOT } from "../../helpers/root";

const FILE = path.join(ROOT, "sweeps", "reproduction.json");

it("the sweep file of the reproduction plans the runs that notebooks know, by the same names and in the same order", async () => {
  const runs = await expandSweep(await readSweepFile(FILE));
  const planned = reproductionPlan().map(({ configuration, part, series, label, scope }) => ({
    ...{ hash: hashOf(configuration), part, series, label },
    ...(scope && { scope }),
  }));
  expect(runs.map(({ varied, configuration, ...rest }) => rest)).toEqual(planned);
});

it("each of its backbones is made once: the curve's network that knows five digits serves 45 runs", async () => {
  const jobs = jobsOf(await expandSweep(await readSweepFile(FILE)));
  const served = (hash: string) => jobs.filter(({ kind, needs }) => kind === "run" && needs === hash).length;
  const backbones = jobs.filter(({ kind }) => kind === "backbone");
  expect(backbones.map(({ hash }) => served(hash))).toContain(45);
  expect(backbones.every(({ hash }) => served(hash) > 1)).toBe(true);
});
