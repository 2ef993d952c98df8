import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { numbersIn, type OwnSweep, ownSweep } from "../helpers/ownSweep";
import { ROOT } from "../helpers/root";

const SCRIPT = path.join(ROOT, "scripts", "sweep.mjs");
let own: OwnSweep;
beforeEach(() => {
  own = ownSweep([
    {
      name: "good",
      about: "two rates",
      series: "rates",
      grid: { "phases.last.learningRate.start": [0.02, 0.05] },
    },
    {
      name: "bad",
      list: [{ label: "too many", set: { "phases.last.method": { name: "subset", count: 1e6 } } }],
    },
  ]);
});
afterEach(() => own.remove());
const args = (command: string, ...more: string[]) => [
  SCRIPT,
  ...[command, own.file, "--results", own.folders.results, "--no-setup"],
  ...more,
];
const sweep = (command: string, ...more: string[]) =>
  spawnSync(process.execPath, args(command, ...more), { encoding: "utf8" });

it("plans, starts, tells of failures, retries, collects: one command each", { timeout: 90_000 }, () => {
  const plan = sweep("plan");
  expect(plan.stderr).toBe("");
  expect(plan.stdout).toMatch(/own: 3 runs, and 1 backbone that several of them begin with\./);
  expect(plan.stdout).toMatch(/\| good \| two rates \| 2 +\| 0 +\| unknown +\|/);
  expect(sweep("status").stdout).toMatch(/own: 0 of 3 runs done, 3 waiting, 0 of 1 backbone made\./);
  const first = sweep("start", "--workers", "1");
  expect(first.status, first.stderr).toBe(1);
  expect(first.stdout).toMatch(
    /own: 4 jobs to do by 1 process of 1 thread\.\n\[1\/4\] backbone of good: rates, start 0\.02/,
  );
  expect(first.stderr).toMatch(
    /✗ \[\d\/4\] bad: bad, too many: phase 2, configuration\.phases\[1\]: count must be/,
  );
  const status = sweep("status");
  expect(status.stdout).toMatch(
    /own: 2 of 3 runs done, 1 failed, 1 of 1 backbone made\.[\s\S]*✗ bad: bad, too many: phase 2, conf/,
  );
  expect(JSON.parse(sweep("status", "--json").stdout)).toMatchObject({
    runs: 3,
    done: 2,
    failed: 1,
    parts: { good: { done: 2 } },
  });
  expect(sweep("resume").stdout).toMatch(
    /own: 0 jobs to do .*; 2 done before, 1 failed before \(retry --failed/,
  );
  const again = sweep("retry", "--failed");
  expect(again.stdout).toMatch(/^1 failure forgotten\.\nown: 1 job to do/);
  expect(again.status).toBe(1);
  const collected = sweep("collect", "--to", own.at("out"));
  expect(collected.stderr).toBe("");
  expect(collected.stdout).toMatch(/^2 of 3 runs: results\.csv, results\.json, figure\.json, figure\.png in/);
  expect(fs.readFileSync(own.at("out", "results.csv"), "utf8").split("\r\n")).toHaveLength(4);
  expect(fs.readFileSync(own.at("out", "figure.png")).subarray(1, 4).toString()).toBe("PNG");
  expect(sweep("watch").status).toBe(1);
});

it("a pool in the background is watched, stopped from outside, and resumed to the numbers of another", {
  timeout: 90_000,
}, async () => {
  const part = { name: "good", grid: { seed: [0, 1, 2, 3] }, set: { "phases.last.epochs": 60 } };
  const text = fs.readFileSync(own.file, "utf8");
  fs.writeFileSync(own.file, JSON.stringify({ ...JSON.parse(text), parts: [part] }));
  const started = sweep("start", "--background", "--workers", "2");
  expect(started.stdout).toMatch(/^Process \d+ carries it out; what it says: .*start\.log/);
  const watcher = spawn(process.execPath, args("watch", "--every", "0.2"));
  let told = "";
  watcher.stdout.on("data", (data) => {
    told += data;
  });
  while (!/1 of 4 runs done|2 under way/.test(told) && watcher.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sweep("stop").stdout).toMatch(/Asked to stop/);
  if (watcher.exitCode === null) await once(watcher, "close");
  expect(told).toMatch(/Nobody carries it out now: npm run sweep -- resume FILE|4 of 4 runs done/);
  const log = path.join(own.folders.own, "start.log");
  expect(fs.readFileSync(log, "utf8")).toMatch(/Stopped; \d jobs? left\.|\[4\/4\]/);
  const resumed = sweep("resume", "--workers", "2");
  expect(resumed.status, resumed.stderr).toBe(0);
  const other = ownSweep([part]);
  const whole = spawnSync(process.execPath, [
    SCRIPT,
    "start",
    other.file,
    "--results",
    other.folders.results,
    "--no-setup",
  ]);
  expect(whole.status).toBe(0);
  expect(numbersIn(own.folders.results)).toEqual(numbersIn(other.folders.results));
  other.remove();
});

it("status and watch say when the file was extended after the start, and that what is new needs a stop", {
  timeout: 60_000,
}, async () => {
  const long = { name: "long", grid: { seed: [0] }, set: { "phases.last.epochs": 100_000 } };
  const write = (seeds: readonly number[]) => {
    const json = JSON.parse(fs.readFileSync(own.file, "utf8"));
    fs.writeFileSync(own.file, JSON.stringify({ ...json, parts: [{ ...long, grid: { seed: seeds } }] }));
  };
  write([0]);
  sweep("start", "--background");
  expect(sweep("status").stdout).not.toMatch(/has changed/);
  write([0, 1]);
  const CHANGED =
    /The sweep file, or a module of it, has changed since process \d+ on .* began: .* sweep -- stop .*own\.json, then .* resume/;
  expect(sweep("status").stdout).toMatch(CHANGED);
  expect(JSON.parse(sweep("status", "--json").stdout)).toMatchObject({ runs: 2, changed: true });
  const watcher = spawn(process.execPath, args("watch", "--every", "0.2"));
  let told = "";
  watcher.stdout.on("data", (data) => {
    told += data;
    if (CHANGED.test(told)) spawn(process.execPath, args("stop"));
  });
  await once(watcher, "close");
  expect(told).toMatch(/has changed[\s\S]*Nobody carries it out now/);
});

it("commands, options, parts and files that there are not are refused with those that there are", () => {
  const text = fs.readFileSync(own.file, "utf8");
  expect(sweep("strat").stderr).toMatch(/got \["strat",[\s\S]*plan\|start\|status/);
  expect(sweep("start", "--workers", "two").stderr).toMatch(/--workers must be a number above 0; got "two"/);
  expect(sweep("start", "--part", "best").stderr).toMatch(/There is no part "best"[\s\S]*good, bad/);
  expect(sweep("retry").stderr).toMatch(/retry FILE --failed/);
  fs.writeFileSync(own.file, '{"format": "sweep/1", "name": "own", "parts": [{"name": "p", "gird": {}}]}');
  const refused = sweep("start");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/^✗ sweep\.parts\[0\]\.gird must be absent \(known are/);
  fs.writeFileSync(own.file, `\uFEFF${text}`);
  expect(sweep("plan").stdout).toMatch(/^own: 3 runs/);
  fs.rmSync(own.folders.results, { recursive: true });
  const into = (results: string) =>
    spawnSync(process.execPath, [SCRIPT, "start", own.file, "--results", results, "--no-setup"], {
      encoding: "utf8",
      timeout: 20_000,
    }).stderr;
  expect(into(own.at("points.mjs"))).toMatch(/^✗ (ENOTDIR|EEXIST): .*points\.mjs.*\n$/);
  if (process.platform === "linux") expect(into("/proc/none/of/these")).toMatch(/^✗ ENOENT: .*\/proc\/none/);
  fs.writeFileSync(own.file, '{"format": "sweep/1", "na');
  expect(sweep("start").stderr).toMatch(/^✗ The sweep file .*own\.json is no JSON: .*\n$/);
  fs.rmSync(own.file);
  expect(sweep("status").stderr).toMatch(/^✗ The sweep file .*own\.json cannot be read \(ENOENT\)\.\n$/);
  expect(fs.existsSync(own.folders.results)).toBe(false);
  const parts = [{ name: "p", grid: { seed: [0, 1] } }];
  const sweepOf = (budget: object) => JSON.stringify({ ...JSON.parse(text), parts, budget });
  fs.writeFileSync(own.file, sweepOf({ gigabytes: 1e-6 }));
  expect(sweep("start").stderr).toMatch(
    /^✗ The sweep takes about 0\.00 GB of disk, and its budget allows 0\.000001/,
  );
  fs.writeFileSync(own.file, sweepOf({ runs: 1 }));
  expect(sweep("start").stderr).toMatch(/^✗ The sweep plans 2 runs, and its budget allows 1/);
});
