import { expect, it } from "vitest";
import { type Configuration, expandSweep } from "../../../src/learning";
import { jobBytes } from "../../../src/learning/sweep/estimate";
import { jobsOf } from "../../../src/learning/sweep/job";
import { readSweep } from "../../../src/learning/sweep/sweep";

const configuration = (certificate?: Configuration["certificate"]) => ({
  data: { name: "fashion-mnist", standardised: { mean: 0, std: 255 } },
  model: { name: "lenet" },
  phases: [
    { half: "A", method: { name: "weights", train: "all" }, epochs: 1 },
    { half: "B", method: { name: "subspace", dimension: 30 }, epochs: 1 },
    { half: "B", method: { name: "rounding", kind: "uniform", levels: 9 }, epochs: 1 },
  ],
  seed: 0,
  ...(certificate && { certificate }),
});
const bytes = async (grid: Record<string, readonly unknown[]>, certified: boolean) => {
  const certificate = certified ? { menu: {}, delta: 0.05 } : undefined;
  const json = {
    ...{ format: "sweep/1", name: "own", configuration: configuration(certificate) },
    parts: [{ name: "p", grid }],
  };
  return jobBytes(jobsOf(await expandSweep(readSweep(json))), 1);
};
const MODEL = 0.25e6;

it("a run with a certificate is planned with the backbone that it leaves for its decoder, which others share", async () => {
  const alone = { seed: [0] };
  expect((await bytes(alone, true)) - (await bytes(alone, false))).toBe(MODEL);
  const seeds = { seed: [0, 1, 2] };
  expect((await bytes(seeds, true)) - (await bytes(seeds, false))).toBe(3 * MODEL);
  // Two sizes of one seed share their first phase, which is a job of its own.
  const sizes = { "phases.1.method.dimension": [30, 60] };
  expect(await bytes(sizes, true)).toBe(await bytes(sizes, false));
});
