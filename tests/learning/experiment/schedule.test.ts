import { expect, it } from "vitest";
import { cosineLearningRate, readConfiguration, type Schedule } from "../../../src/learning";
import { scheduledRate } from "../../../src/learning/experiment/schedule";

const rates = (schedule: Schedule, epochs: number) => {
  const rate = scheduledRate(schedule, epochs);
  return Array.from({ length: epochs }, (_, i) => (typeof rate === "number" ? rate : rate(i + 1)));
};
const configured = (learningRate: unknown) =>
  readConfiguration({
    format: "experiment/1",
    data: { name: "mnist" },
    model: { name: "mlp" },
    phases: [{ method: { name: "head" }, epochs: 4, learningRate }],
    seed: 0,
  });

it("a schedule of each kind gives its rates, epoch by epoch", () => {
  expect(rates({ start: 0.2, factor: 0.5 }, 3)).toEqual([0.2, 0.1, 0.05]);
  expect(rates({ kind: "list", start: 3, later: [1] }, 4)).toEqual([3, 1, 1, 1]);
  const options = { start: 0.1, end: 0.01, warmup: 2 };
  const cosine = cosineLearningRate({ ...options, epochs: 6 }) as (epoch: number) => number;
  expect(rates({ kind: "cosine", ...options }, 6)).toEqual([1, 2, 3, 4, 5, 6].map(cosine));
});

it("a schedule is refused by the path of its fault", () => {
  const faults: [unknown, RegExp][] = [
    [{ kind: "cosinus", start: 1 }, /learningRate\.kind must be one of "cosine", "list"; got "cosinus"/],
    [{ kind: "cosine" }, /learningRate\.start must be given/],
    [{ kind: "cosine", start: 1, epochs: 3 }, /learningRate\.epochs must be absent/],
    [{ kind: "list", start: 1, later: [] }, /learningRate\.later must be a list with something in it/],
    [{ kind: "list", start: 1, later: [0.1, -1] }, /learningRate\.later\[1\] must be a number from 0/],
    [{ start: 0.1, factor: 2 }, /learningRate\.factor must be a number from 0 to 1; got 2/],
    [0.1, /learningRate must be an object; got 0\.1/],
  ];
  for (const [learningRate, message] of faults) expect(() => configured(learningRate)).toThrow(message);
  expect(() => scheduledRate({ kind: "cosine", start: 1, warmup: 4 }, 4)).toThrow(
    /warmup < epochs; got 4 and 4/,
  );
});
