import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { duration } from "../../scripts/duration.mjs";
import { figures, summary, table } from "../../scripts/reproduction-report.mjs";
import { accuracyChart } from "../../src/chart/accuracyChart";
import type { Figure } from "../../src/chart/figure";
import { trainingChart } from "../../src/chart/trainingChart";
import { reproductionPlan } from "../../src/experiment/reproduction";
import { pointOf } from "../../src/experiment/storedRuns";
import { ROOT } from "../helpers/root";

const reproduce = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(ROOT, "scripts", "reproduce.mjs"), "--no-setup", ...args], {
    encoding: "utf8",
  });

it("--list says of each part what it is, how many runs are done and how long the rest takes, and runs nothing", () => {
  const { status, stdout, stderr } = reproduce(
    "--list",
    "--results",
    path.join(ROOT, "artefacts", "nothing here"),
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toMatch(/\| table-2 +\| Table 2 and Fig\. 5.* \| 4 +\| 0 +\|/);
  const curve = reproductionPlan().filter(({ part }) => part === "curve-related");
  expect(stdout).toMatch(new RegExp(`\\| curve-related .*\\| ${curve.length} +\\| 0 +\\|`));
});

it("an unknown part and an unknown option are refused with those that there are", () => {
  expect(reproduce("--list", "--part", "table-3").stderr).toMatch(
    /There is no part table-3[\s\S]*table-2, curve-related/,
  );
  expect(reproduce("--lits").stderr).toMatch(/--lits[\s\S]*npm run reproduce -- \[--list\]/);
});

it("the summary puts Table 2 beside the paper, and every run beside the stored one", () => {
  const accuracies = (value: number) => ({
    best: { testAccuracy: value },
    last: { testAccuracy: value - 0.001 },
    selected: { testAccuracy: value - 0.0005 },
    phases: [{ trainedWithBatchNorm: 17 }],
  });
  const text = summary(
    [
      {
        part: "table-2",
        series: "S1",
        label: "mnist",
        configuration: {},
        result: accuracies(0.995),
        stored: accuracies(0.996),
      },
      {
        part: "seeds",
        series: "head",
        label: "one",
        configuration: {},
        result: accuracies(0.9),
        stored: undefined,
      },
      // Nothing was kept for validation: the last epoch counts.
      {
        part: "longer",
        series: "S1",
        label: "clothes",
        configuration: {},
        result: { ...accuracies(0.8), selected: undefined },
        stored: accuracies(0.7),
      },
    ],
    { pointOf },
  );
  expect(text).toMatch(
    /\| S1, mnist \| 99\.64 % +\| 99\.50 % +\| 99\.45 % +\| 99\.40 % +\| 99\.60 % +\| -0\.14 +\|/,
  );
  expect(text).toMatch(/## seeds[\s\S]*\| head: one \| 17 +\| 89\.95 % +\| – +\|/);
  expect(text).toMatch(/## longer[\s\S]*\| S1: clothes \| 17 +\| 79\.90 % +\| 69\.95 % +\|/);
});

it("Fig. 5 and the curves are drawn from the runs that there are", () => {
  const epochs = [0.9, 0.95].map((testAccuracy, i) => ({ epoch: i + 1, testAccuracy }));
  const run = (part: string, series: string, label: string, trained: number) => ({
    part,
    series,
    label,
    configuration: {},
    result: { phases: [{ epochs, trainedWithBatchNorm: trained }], last: { testAccuracy: 0.95 } },
  });
  const runs = [
    run("table-2", "S1", "mnist", 2_205_758),
    run("table-2", "S2", "mnist", 97_374),
    run("curve-related", "head", "last layer", 650),
    run("backbones", "random", "last layer", 650),
  ];
  const drawn = figures(runs, { accuracyChart, pointOf, trainingChart });
  expect(drawn.map(({ name }) => name)).toEqual(["figure-5-mnist.png", "curve-related.png"]);
  const [five, curve] = drawn.map(({ figure }) => (figure as Figure).data as { name: string; x: number[] }[]);
  expect(five.map(({ name, x }) => [name, ...x])).toEqual([
    ["S1", 1, 2],
    ["S2", 1, 2],
  ]);
  expect(curve.map(({ name, x }) => [name, ...x])).toEqual([["head", 650]]);
});

it("times are told in the unit that fits, tables are aligned", () => {
  expect([12, 89, 600, 5400, 36_000].map(duration)).toEqual(["12 s", "89 s", "10 min", "1.5 h", "10.0 h"]);
  const lines = table(["a", "long head"], [["wide cell", "x"]]).split("\n");
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});
