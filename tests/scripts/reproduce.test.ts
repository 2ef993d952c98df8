import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { figures, summary, table } from "../../scripts/reproduction-report.mjs";
import { duration } from "../../src/common/duration.cjs";
import { type PhaseConfiguration, pointOf, reproductionPlan, storedRuns } from "../../src/learning";
import { accuracyChart, type Figure, trainingChart } from "../../src/show";
import { ROOT } from "../helpers/root";
import { smallRun } from "../helpers/smallRun";

const SCRIPT = path.join(ROOT, "scripts", "reproduce.mjs");
const reproduce = (...args: string[]) =>
  spawnSync(process.execPath, [SCRIPT, "--no-setup", ...args], { encoding: "utf8" });

it("--list says of each part what it is, how many runs are done and how long the rest takes, and runs nothing", async () => {
  const { status, stdout, stderr } = reproduce(
    "--list",
    "--results",
    path.join(ROOT, "artefacts", "nothing here"),
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const paper = await storedRuns("table-2");
  const time = duration(paper.reduce((sum, { result }) => sum + result.seconds, 0));
  expect(time).toMatch(/^\d+\.\d h$/);
  expect(stdout).toMatch(
    new RegExp(`\\| table-2 +\\| Table 2 and Fig\\. 5.* \\| 4 +\\| 0 +\\| ${time} +\\|`),
  );
  const curve = reproductionPlan().filter(({ part }) => part === "curve-related");
  expect(stdout).toMatch(new RegExp(`\\| curve-related .*\\| ${curve.length} +\\| 0 +\\|`));
});

it("an unknown part and an unknown option are refused with those that there are", () => {
  expect(reproduce("--list", "--part", "table-3").stderr).toMatch(
    /There is no part "table-3"[\s\S]*table-2, curve-related/,
  );
  expect(reproduce("--lits").stderr).toMatch(/--lits[\s\S]*npm run reproduce -- \[--list\]/);
});

describe("a plan of one's own", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "reproduce-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const plan = (content: unknown) => {
    const file = path.join(folder, "mine.json");
    fs.writeFileSync(file, JSON.stringify(content));
    return ["--plan", file, "--results", path.join(folder, "results")];
  };
  const run = (label: string, method: PhaseConfiguration["method"]) => ({
    part: "curve-mine",
    series: "own",
    label,
    configuration: smallRun({ method, epochs: 3, batch: 50 }, 6),
  });
  /** Runs a plan; sends a signal when an epoch is told, to the process alone or, as Ctrl-C does, to its children too. */
  const start = async (
    args: string[],
    stop?: { signal: NodeJS.Signals; at: string; group: boolean },
    env: NodeJS.ProcessEnv = {},
  ) => {
    const watch = path.join(folder, "watch.cjs");
    const counts = `["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name))`;
    fs.writeFileSync(watch, `process.on("exit", () => console.log("listeners", ...${counts}));`);
    const child = spawn(process.execPath, ["--require", watch, SCRIPT, "--no-setup", ...args], {
      detached: true,
      env: { ...process.env, ...env, INTRINSIC_PARAMS_CACHE: path.join(folder, "cache") },
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (text) => {
        texts[name] += text;
        if (!stop || !texts.stderr.includes(stop.at)) return;
        process.kill((stop.group ? -1 : 1) * (child.pid as number), stop.signal);
        stop = undefined;
      });
    }
    const [code] = await once(child, "close");
    return { code, ...texts, epochs: texts.stderr.match(/phase \d epoch \d/g) ?? [] };
  };

  it("stops at Ctrl-C and at SIGTERM, goes on after the last epoch, and writes its summary and curve", {
    timeout: 240_000,
  }, async () => {
    const args = plan([run("last layer", { name: "head" }), run("biases", { name: "biases" })]);
    const first = await start(args, { signal: "SIGINT", at: "phase 1 epoch 1", group: true });
    expect(first.code, first.stderr).toBe(130);
    expect(first.stdout).toMatch(/\| curve-mine \| mine\.json \| 2 +\| 0 +\| 2 of unknown length \|/);
    expect(first.stdout).toMatch(/\[1\/2\] curve-mine: own, last layer\n[\s\S]*Stopped\. The same command/);
    const second = await start(args, { signal: "SIGTERM", at: "phase 2 epoch 2", group: false });
    expect(second.code, second.stderr).toBe(130);
    expect(second.stdout).toMatch(/Stopped/);
    const third = await start(args);
    expect(third.code, third.stderr).toBe(0);
    const phases = (epochs: string[]) => epochs.map((epoch) => epoch.replace(/\D+(\d)\D+/, "$1."));
    // The second run begins with the first one's first phase.
    expect([first, second, third].flatMap(({ epochs }) => phases(epochs))).toEqual(
      "1.1 1.2 2.1 2.2 2.3 2.1 2.2 2.3".split(" "),
    );
    for (const { stdout } of [first, second, third]) expect(stdout).toMatch(/listeners 0 0\n$/);
    const results = path.join(folder, "results");
    const summary = fs.readFileSync(path.join(results, "summary.md"), "utf8");
    expect(summary).toMatch(/## curve-mine[\s\S]*own: last layer \| 90 +\| [\d.]+ % +\| –[\s\S]*own: biases/);
    expect(summary).toMatch(/!\[curve-mine: .*\]\(curve-mine\.png\)/);
    expect(fs.readFileSync(path.join(results, "curve-mine.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(reproduce("--list", ...args).stdout).toMatch(/\| curve-mine \| mine\.json \| 2 +\| 2 +\| – +\|/);
  });

  const failures = () => {
    const place = path.join(folder, "results", "failures");
    const names = fs.existsSync(place) ? fs.readdirSync(place) : [];
    return names.map((name) => JSON.parse(fs.readFileSync(path.join(place, name), "utf8")));
  };

  it("goes on past a run that fails, notes it with its reason, and tries it again at the next start", {
    timeout: 120_000,
  }, async () => {
    const broken = run("too many", { name: "subset", count: 1e9 });
    const good = run("last layer", { name: "head" });
    const args = plan([broken, good]);
    const reason = /^configuration\.phases\[1\]: count must be /;
    for (const again of [false, true]) {
      const { code, stdout, stderr, epochs } = await start(args);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /✗ This run failed, the next one follows: configuration\.phases\[1\]: count must be [\s\S]*✗ 1 of 2 runs failed/,
      );
      expect(stdout).toMatch(/\[1\/2\] curve-mine: own, too many\n/);
      expect(
        /1 failed at an earlier start and are tried again:\n {2}curve-mine: own, too many: conf/.test(stdout),
      ).toBe(again);
      expect(epochs.length).toBe(again ? 0 : 5);
      expect(failures()).toMatchObject([
        { ...broken, format: "run-failure/1", reason: expect.stringMatching(reason) },
      ]);
      const summary = fs.readFileSync(path.join(folder, "results", "summary.md"), "utf8");
      expect(summary).toMatch(
        /## Failed: 1 of 2 runs[\s\S]*\| curve-mine \| own: too many \| configuration\.phases\[1\]: count/,
      );
      expect(summary).toMatch(/## curve-mine[\s\S]*own: last layer \| 90 /);
    }
  });

  it("does not begin what starts from a backbone that failed, but what has another", {
    timeout: 120_000,
  }, async () => {
    const withFirst = (label: string, first: Partial<PhaseConfiguration>) => {
      const { configuration, ...rest } = run(label, { name: "head" });
      const phases = [{ ...configuration.phases[0], ...first }, ...configuration.phases.slice(1)];
      return { ...rest, configuration: { ...configuration, phases } };
    };
    const bad = { method: { name: "subset", count: 1e9 } } as const;
    const other = withFirst("two", bad);
    other.configuration.phases[1] = { ...other.configuration.phases[1], method: { name: "biases" } };
    const { code, stdout, stderr, epochs } = await start(
      plan([withFirst("one", bad), other, withFirst("three", { epochs: 1 })]),
    );
    expect(code, stderr).toBe(1);
    expect(epochs.length).toBe(4);
    const [one, two] = ["one", "two"].map((label) => failures().find((failure) => failure.label === label));
    expect(one.reason).toMatch(/^configuration\.phases\[0\]: count must be/);
    expect(one.startsFrom).toBeUndefined();
    expect(two.reason).toBe(`it starts from the backbone of "own, one", which failed: ${one.reason}`);
    expect(two.startsFrom).toEqual({ series: "own", label: "one", hash: one.hash, reason: one.reason });
    expect(failures()).toHaveLength(2);
    expect(stdout).toMatch(/own: three \| 90 /);
  });

  it("takes a process that ends without a word for a failure, and forgets it when the run succeeds", {
    timeout: 120_000,
  }, async () => {
    const args = plan([run("one", { name: "head" }), run("two", { name: "biases" })]);
    const [kill, done] = ["kill.cjs", "killed"].map((name) => path.join(folder, name));
    const isFirst = `process.argv[1]?.endsWith("run.js") && !fs.existsSync(${JSON.stringify(done)})`;
    const end = `fs.writeFileSync(${JSON.stringify(done)}, ""); process.kill(process.pid, "SIGKILL");`;
    fs.writeFileSync(kill, `const fs = require("node:fs"); if (${isFirst}) { ${end} }`);
    const first = await start(args, undefined, { NODE_OPTIONS: `--require ${JSON.stringify(kill)}` });
    expect(first.code, first.stderr).toBe(1);
    expect(first.epochs).toEqual([]);
    expect(
      failures()
        .map(({ label, reason }) => `${label}: ${reason}`)
        .sort(),
    ).toEqual([
      "one: its process ended with SIGKILL, without a word: the memory may have run out",
      'two: it starts from the backbone of "own, one", which failed: its process ended with SIGKILL, without a word: ' +
        "the memory may have run out",
    ]);
    const second = await start(args);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toMatch(/2 failed at an earlier start/);
    expect(failures()).toEqual([]);
    const summary = fs.readFileSync(path.join(folder, "results", "summary.md"), "utf8");
    expect(summary).not.toMatch(/Failed/);
  });

  it("names a result that was changed after it was written, and leaves it where it is", {
    timeout: 60_000,
  }, async () => {
    const args = plan([run("one", { name: "head" })]);
    expect((await start(args)).code).toBe(0);
    const results = path.join(folder, "results");
    const [name] = fs.readdirSync(results).filter((file) => file.endsWith(".json"));
    const text = fs.readFileSync(path.join(results, name), "utf8");
    const changed = text.replace(/"testAccuracy": 0/, '"testAccuracy": 1');
    fs.writeFileSync(path.join(results, name), changed);
    const { code, epochs } = await start(args);
    expect([code, ...epochs]).toEqual([1]);
    expect(failures()[0].reason).toMatch(`${name} was changed after it was written`);
    expect(fs.readFileSync(path.join(results, name), "utf8")).toBe(changed);
  });

  it("is refused by the path of its fault", () => {
    const good = run("last layer", { name: "head" });
    const faults: [unknown, RegExp][] = [
      [[], /mine\.json cannot be run: Expected a list with one run at least\./],
      [[good, { ...good, label: 3 }], /\[1\] must have a text as its label/],
      [[null], /\[0\] must have a text as its part, series, label/],
      [[{ ...good, part: "table-2" }], /\[0\]\.part must be a name of your own .*got "table-2"/],
      [[{ ...good, part: "a/b" }], /\[0\]\.part must be .*got "a\/b"/],
      [[{ ...good, configuration: { seed: 1 } }], /\[0\]\.configuration\.format must be given/],
    ];
    for (const [content, message] of faults) {
      const { status, stderr } = reproduce("--list", ...plan(content));
      expect(status).toBe(1);
      expect(stderr).toMatch(message);
    }
    expect(reproduce("--plan", path.join(folder, "none.json")).stderr).toMatch(
      /none\.json cannot be run: ENOENT/,
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
