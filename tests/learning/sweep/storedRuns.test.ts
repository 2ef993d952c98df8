import { expect, it } from "vitest";
import { type ExperimentResult, pointOf, storedRuns } from "../../../src/learning";

it("Table 2's finished runs come in the plan's order, each with its numbers, BatchNorm's included", async () => {
  const [s1, s2] = await storedRuns("table-2");
  expect([s1, s2].map(({ series, label }) => `${series}, ${label}`)).toEqual(["S1, mnist", "S2, mnist"]);
  expect([s1, s2].map(({ trained }) => trained)).toEqual([2_205_758, 97_374]);
  expect(s1.accuracy).toBe(s1.result.selected?.testAccuracy);
});

it("runs without a result are left out", async () => {
  expect(await storedRuns("table-2", "/nowhere")).toEqual([]);
});

it("where nothing was held out, the last epoch counts; a run that was never evaluated is refused", () => {
  const result = { phases: [{ trainedWithBatchNorm: 7 }], last: { epoch: 1, testAccuracy: 0.5 } };
  expect(pointOf(result as unknown as ExperimentResult)).toEqual({ trained: 7, accuracy: 0.5 });
  const never = { phases: [{ trainedWithBatchNorm: 7 }] };
  expect(() => pointOf(never as unknown as ExperimentResult)).toThrow(/evaluateEvery/);
});
