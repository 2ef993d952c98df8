import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { figures, summary, table } from "../../scripts/reproduction-report.mjs";
import { duration } from "../../src/common/duration.cjs";
import { type MethodConfiguration, pointOf, reproductionPlan, type SweepPoint } from "../../src/learning";
import { accuracyChart, type Figure, trainingChart } from "../../src/show";
import { ROOT } from "../helpers/root";
import { smallRun } from "../helpers/smallRun";

const SCRIPT = path.join(ROOT, "scripts", "reproduce.mjs");
const reproduce = (...args: string[]) =>
  spawnSync(process.execPath, [SCRIPT, "--no-setup", ...args], { encoding: "utf8" });

it("--list says of each part what it is, how many runs are done and how long the rest takes, and runs nothing", () => {
  const { status, stdout, stderr } = reproduce(
    "--list",
    "--results",
    path.join(ROOT, "artefacts", "nothing here"),
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toMatch(/\| table-2 +\| Table 2 and Fig\. 5.* \| 4 +\| 0 +\| [\d.]+ (min|h) +\|/);
  const curve = reproductionPlan().filter(({ part }) => part === "curve-related");
  expect(stdout).toMatch(new RegExp(`\\| curve-related .*\\| ${curve.length} +\\| 0 +\\|`));
});

it("an unknown part and an unknown option are refused with those that there are", () => {
  expect(reproduce("--list", "--part", "table-3").stderr).toMatch(
    /There is no part "table-3"[\s\S]*table-2, curve-related/,
  );
  expect(reproduce("--lits").stderr).toMatch(/--lits[\s\S]*npm run reproduce -- \[--list\]/);
});

describe("a sweep file of one's own", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "reproduce-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const { format: _, ...configuration } = smallRun({ method: { name: "head" }, epochs: 3, batch: 50 }, 6);
  const plan = (list: readonly SweepPoint[], part = "curve-mine") => {
    const file = path.join(folder, "mine.json");
    const resources = { threads: 1, gigabytes: 2 };
    const parts = [{ name: part, about: "small ones", series: "own", list }];
    fs.writeFileSync(
      file,
      JSON.stringify({ format: "sweep/1", name: "mine", configuration, parts, resources }),
    );
    return ["--plan", file, "--results", path.join(folder, "results")];
  };
  const point = (label: string, method: MethodConfiguration) => ({
    label,
    set: { "phases.last.method": method },
  });
  const summaryText = () => fs.readFileSync(path.join(folder, "results", "summary.md"), "utf8");
  /** Runs a plan; sends a signal when an epoch is told, to the process alone or, as Ctrl-C does, to its children too. */
  const start = async (args: string[], stop?: { signal: NodeJS.Signals; at: string; group: boolean }) => {
    const child = spawn(process.execPath, [SCRIPT, "--no-setup", ...args], {
      detached: true,
      env: { ...process.env, INTRINSIC_PARAMS_CACHE: path.join(folder, "cache") },
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (text) => {
        texts[name] += text;
        if (!stop || !texts.stdout.includes(stop.at)) return;
        process.kill((stop.group ? -1 : 1) * (child.pid as number), stop.signal);
        stop = undefined;
      });
    }
    const [code] = await once(child, "close");
    return { code, ...texts };
  };

  it("stops at Ctrl-C and at SIGTERM, goes on, and writes its summary and curve", {
    timeout: 240_000,
  }, async () => {
    const args = plan([point("last layer", { name: "head" }), point("biases", { name: "biases" })]);
    const first = await start(args, { signal: "SIGINT", at: "phase 1 epoch 1", group: true });
    expect(first.code, first.stderr).toBe(130);
    expect(first.stdout).toMatch(
      /^mine: 3 jobs to do [\s\S]*backbone of curve-mine: own, last layer: phase 1 epoch 1,/,
    );
    expect(first.stdout).toMatch(/Stopped; 3 jobs left\. The same command goes on from here\./);
    const second = await start(args, { signal: "SIGTERM", at: "phase 2 epoch 2", group: false });
    expect(second.code, second.stderr).toBe(130);
    expect(second.stdout).toMatch(/\[1\/3\] backbone of curve-mine/);
    const third = await start(args);
    expect(third.code, third.stderr).toBe(0);
    // Both runs begin with one backbone, trained once, in the cache folder.
    const trained = [first, second, third].flatMap(({ stdout }) => stdout.match(/phase 1 epoch \d/g) ?? []);
    expect(new Set(trained).size).toBe(2);
    expect(fs.readdirSync(path.join(folder, "cache", "checkpoints"))).toContainEqual(
      expect.stringMatching(/\.backbone$/),
    );
    expect(summaryText()).toMatch(
      /## curve-mine[\s\S]*own: last layer \| 90 +\| [\d.]+ % +\| –[\s\S]*own: biases/,
    );
    expect(summaryText()).toMatch(/!\[curve-mine: .*\]\(curve-mine\.png\)/);
    const picture = fs.readFileSync(path.join(folder, "results", "curve-mine.png"));
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    const listed = reproduce("--list", ...args);
    expect(listed.stdout, listed.stderr).toMatch(/\| curve-mine \| small ones \| 2 +\| 2 +\| – +\|/);
  });

  it("goes on past a run that fails, and tries it again; names a result that was changed, and leaves it", {
    timeout: 120_000,
  }, async () => {
    const args = plan([
      point("too many", { name: "subset", count: 1e9 }),
      point("last layer", { name: "head" }),
    ]);
    const results = path.join(folder, "results");
    const first = await start(args);
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(
      /✗ \[\d\/3\] curve-mine: own, too many: phase 2, configuration\.phases\[1\]: count must be [\s\S]*✗ 1 of 2 runs failed/,
    );
    expect(summaryText()).toMatch(
      /## Failed: 1 of 2 runs[\s\S]*\| curve-mine \| own: too many \| phase 2, configuration\.phases\[1\]: count/,
    );
    expect(summaryText()).toMatch(/## curve-mine[\s\S]*own: last layer \| 90 /);
    const [name] = fs.readdirSync(results).filter((file) => /^[0-9a-f]{16}\.json$/.test(file));
    const text = fs.readFileSync(path.join(results, name), "utf8");
    const changed = text.replace(/"testAccuracy": 0/, '"testAccuracy": 1');
    expect(changed).not.toBe(text);
    fs.writeFileSync(path.join(results, name), changed);
    const second = await start(args);
    expect(second.code).toBe(1);
    expect(second.stdout).toMatch(/^1 failure of an earlier start forgotten[\s\S]*mine: 1 job to do/);
    expect(second.stderr).toMatch(`${name} was changed after it was written`);
    expect(summaryText()).toMatch(/## Failed: 2 of 2 runs/);
    expect(fs.readFileSync(path.join(results, name), "utf8")).toBe(changed);
  });

  it("is refused by the path of its fault", () => {
    const file = plan([point("last layer", { name: "head" })])[1];
    const faults: [string, RegExp][] = [
      ["[]", /sweep must be an object/],
      ['{"format": "sweep/1"', /mine\.json is no JSON/],
      [
        '{"format": "sweep/1", "name": "mine", "parts": [{"name": "a/b"}]}',
        /sweep\.parts\[0\]\.name must be/,
      ],
      [
        '{"format": "sweep/1", "name": "mine", "parts": [{"name": "a", "set": {"seed": 1}}]}',
        /sweep\.parts\[0\], "a": configuration\.data must be given/,
      ],
    ];
    for (const [content, message] of faults) {
      fs.writeFileSync(file, content);
      const { status, stderr } = reproduce("--list", "--plan", file);
      expect(status).toBe(1);
      expect(stderr).toMatch(message);
    }
    expect(reproduce("--plan", path.join(folder, "none.json")).stderr).toMatch(
      /none\.json cannot be read \(ENOENT/,
    );
  });
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
