import path from "node:path";
import { expect, it } from "vitest";
import { expandSweep } from "../../../src/learning";
import { jobsOf } from "../../../src/learning/sweep/job";
import { readSweepFile } from "../../../src/learning/sweep/sweepPlan";
import { ROOT } from "../../helpers/root";

const FILE = path.join(ROOT, "sweeps", "reproduction.json");

it("each of its backbones is made once: the curve's network that knows five digits serves 45 runs", async () => {
  const jobs = jobsOf(await expandSweep(await readSweepFile(FILE)));
  const served = (hash: string) => jobs.filter(({ kind, needs }) => kind === "run" && needs === hash).length;
  const backbones = jobs.filter(({ kind }) => kind === "backbone");
  expect(backbones.map(({ hash }) => served(hash))).toContain(45);
  expect(backbones.every(({ hash }) => served(hash) > 1)).toBe(true);
});
