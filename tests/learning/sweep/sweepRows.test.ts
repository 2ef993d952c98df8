import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expandSweep, sweepFrame, sweepRows } from "../../../src/learning";
import { budgetFault } from "../../../src/learning/sweep/budgetFault";
import { csv } from "../../../src/learning/sweep/csv";
import { describePlan, diskFault } from "../../../src/learning/sweep/describePlan";
import { jsonList } from "../../../src/learning/sweep/jsonList";
import { localSweep } from "../../../src/learning/sweep/localSweep";
import { meanPoints } from "../../../src/learning/sweep/meanPoints";
import { ResultIndex } from "../../../src/learning/sweep/resultIndex";
import { readSweepFile, sweepPlan } from "../../../src/learning/sweep/sweepPlan";
import { sweepStatus } from "../../../src/learning/sweep/sweepStatus";
import { type OwnSweep, ownSweep } from "../../helpers/ownSweep";
import { ROOT } from "../../helpers/root";

let own: OwnSweep;
beforeAll(async () => {
  own = ownSweep([
    {
      name: "units",
      series: "size, in units",
      label: "{units}",
      scope: "all",
      grid: { "model.module.options.units": [4, 8] },
    },
    { name: "rates", grid: { seed: [0, 1], "phases.last.learningRate.start": [0.02, 0.05] } },
    { name: "broken", set: { "phases.last.method": { name: "subset", count: 1e6 } } },
  ]);
  await localSweep(own.file, { folders: own.folders, workers: 2 });
});
afterAll(() => own.remove());
const status = async (patience = 1e4) => {
  const plan = await sweepPlan(own.file, own.folders.own);
  return sweepStatus(plan, own.folders, await ResultIndex.open(own.folders.index), { patience });
};

it("rows have the names, what was varied, and what the result's file says, in the plan's order", async () => {
  const { rows, runs, unfit } = await sweepRows(own.file, own.folders.results);
  // The run of 8 units, seed 0 and the rate 0.02 is in two parts.
  expect([rows.length, runs, unfit]).toEqual([6, 6, []]);
  expect(rows.map(({ part, label }) => `${part}: ${label}`)).toEqual([
    "units: 4",
    "units: 8",
    ...[0, 1].flatMap((seed) => [0.02, 0.05].map((start) => `rates: seed ${seed}, start ${start}`)),
  ]);
  expect(rows[1].hash).toBe(rows[2].hash);
  for (const row of rows) {
    const result = JSON.parse(fs.readFileSync(path.join(own.folders.results, `${row.hash}.json`), "utf8"));
    expect(row).toMatchObject({
      accuracy: result.selected.testAccuracy,
      best: result.best.testAccuracy,
      trainedWithBatchNorm: result.phases[1].trainedWithBatchNorm,
      threads: 1,
      epochs: 4,
      seconds: result.seconds,
    });
  }
  expect(rows.map(({ units, start, seed }) => [units, start, seed])).toEqual([
    [4, undefined, undefined],
    [8, undefined, undefined],
    ...[0, 1].flatMap((seed) => [0.02, 0.05].map((start) => [undefined, start, seed])),
  ]);
});

it("in a figure, runs that differ in their seed alone are one point, and other ones are not", async () => {
  const { rows } = await sweepRows(own.file, own.folders.results);
  const points = meanPoints(rows);
  // Two sizes, and two rates with two seeds each.
  expect(points.map(({ series }) => series)).toEqual(["size, in units", "size, in units", "rates", "rates"]);
  const slow = rows.filter(({ start }) => start === 0.02).map(({ accuracy }) => accuracy as number);
  expect(slow).toHaveLength(2);
  expect(points[2]).toEqual({
    series: "rates",
    label: "start 0.02, mean of 2 seeds",
    trained: rows[2].trainedWithBatchNorm,
    accuracy: (slow[0] + slow[1]) / 2,
  });
  expect(points[0].label).toBe("4");
});

it("as a data frame, columns of numbers hold numbers and NaN, others texts", async () => {
  const { rows } = await sweepRows(own.file, own.folders.results);
  const frame = await sweepFrame(rows);
  expect(frame.shape[0]).toBe(6);
  expect(frame.column("units").values).toEqual([4, 8, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  expect(frame.column("scope").values).toEqual(["all", "all", "", "", "", ""]);
  expect(frame.column("accuracy").values).toEqual(rows.map(({ accuracy }) => accuracy));
});

it("CSV quotes what would break a line, and leaves out what is absent", () => {
  const rows = [
    { a: 'say "x", y', b: 1 },
    { b: 0.5, c: "two\nlines" },
  ];
  expect([...csv(rows)].join("")).toBe('a,b,c\r\n"say ""x"", y",1,\r\n,0.5,"two\nlines"\r\n');
});

it("a JSON list piece by piece is what JSON.stringify writes, whatever texts hold", () => {
  for (const values of [[], [1], [{ a: 'two\nlines and \\n, "x"', b: [] }, { c: [{}, null] }]])
    expect([...jsonList(values)].join("")).toBe(`${JSON.stringify(values, null, 1)}\n`);
});

describe("where it stands", () => {
  it("is told by the files: done, failed with its reason, waiting, under way, by part", async () => {
    const found = await status();
    expect(found).toMatchObject({
      runs: 6,
      done: 5,
      failed: 1,
      waiting: 0,
      running: 0,
      unread: 0,
      others: [],
    });
    expect(found.backbones).toEqual({ all: 2, done: 2, failed: 0, running: 0 });
    expect(found.failures.map(({ reason }) => reason)).toEqual([expect.stringMatching(/count must be/)]);
    expect(Object.fromEntries(found.parts)).toMatchObject({
      units: { runs: 2, done: 2 },
      broken: { runs: 1, done: 0, failed: 1 },
    });
  });

  it("is right without an index, and with one that is torn at any byte", async () => {
    const whole = fs.readFileSync(own.folders.index);
    fs.rmSync(own.folders.index);
    expect(await status()).toMatchObject({ done: 5, measured: 5, unread: 0 });
    expect(await status(-1)).toMatchObject({ done: 5, measured: 0, unread: 5 });
    const lines = whole.toString().split("\n").filter(Boolean).length;
    for (let cut = 0; cut < whole.length; cut += 97) {
      fs.writeFileSync(own.folders.index, whole.subarray(0, cut));
      const index = await ResultIndex.open(own.folders.index);
      const rest = Object.keys(
        Object.fromEntries((await sweepPlan(own.file, own.folders.own)).runs.map(({ hash }) => [hash, 1])),
      );
      const before = rest.filter((hash) => index.entry(hash)).length;
      expect(before).toBeLessThanOrEqual(lines);
      for (const hash of rest) if (!index.entry(hash)) await index.read(own.folders.results, hash);
      await index.save();
      // What is appended to half a line is read again.
      const again = await ResultIndex.open(own.folders.index);
      expect(rest.filter((hash) => again.entry(hash))).toHaveLength(5);
      expect(rest.map((hash) => again.row(hash))).toEqual(rest.map((hash) => index.row(hash)));
    }
    fs.writeFileSync(own.folders.index, whole);
  });

  it("counts no result that is damaged or another's, and names foreign files", async () => {
    const { runs } = await sweepPlan(own.file, own.folders.own);
    const [first, second] = [runs[0].hash, runs[1].hash].map((hash) =>
      path.join(own.folders.results, `${hash}.json`),
    );
    const [one, other] = [first, second].map((file) => fs.readFileSync(file));
    const index = fs.readFileSync(own.folders.index);
    fs.rmSync(own.folders.index);
    fs.writeFileSync(first, one.subarray(0, 500));
    fs.writeFileSync(second, one);
    fs.writeFileSync(path.join(own.folders.results, "notes.txt"), "");
    const found = await status();
    expect(found).toMatchObject({ done: 3, waiting: 2, others: ["notes.txt"] });
    expect(found.unfit.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/cannot be read/),
      expect.stringMatching(/is not of the run that its name says/),
    ]);
    expect((await sweepRows(own.file, own.folders.results)).unfit).toHaveLength(2);
    fs.writeFileSync(first, one);
    fs.writeFileSync(second, other);
    fs.writeFileSync(own.folders.index, index);
    fs.rmSync(path.join(own.folders.results, "notes.txt"));
  });

  it("reads a result again that has changed since the index knew it", async () => {
    const { runs } = await sweepPlan(own.file, own.folders.own);
    const file = path.join(own.folders.results, `${runs[0].hash}.json`);
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace('"testAccuracy": 0', '"testAccuracy": 1'));
    const { unfit } = await sweepRows(own.file, own.folders.results);
    expect(unfit.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/was changed after it was written/),
    ]);
    fs.writeFileSync(file, text);
    expect((await sweepRows(own.file, own.folders.results)).unfit).toEqual([]);
  });
});

it("a plan is made again when the file or a module changes, and kept otherwise", async () => {
  const other = ownSweep([{ name: "p", grid: { seed: [0, 1] } }]);
  const kept = path.join(other.folders.own, "plan.tsv");
  const hashes = async () => (await sweepPlan(other.file, other.folders.own)).runs.map(({ hash }) => hash);
  const first = await hashes();
  const { mtimeMs } = fs.statSync(kept);
  expect(await hashes()).toEqual(first);
  expect(fs.statSync(kept).mtimeMs).toBe(mtimeMs);
  fs.writeFileSync(other.at("spread.mjs"), "export const spread = 0.7;\n");
  expect(new Set([...first, ...(await hashes())]).size).toBe(4);
  fs.writeFileSync(kept, fs.readFileSync(kept, "utf8").slice(0, -30));
  expect(await hashes()).toHaveLength(2);
  other.remove();
});

it("what a plan takes is told by the results that there are; a budget of too little disk is refused", async () => {
  const plan = await describePlan(own.file, own.folders, { workers: 3 });
  expect(plan.parts.map(({ runs, done }) => [runs, done])).toEqual([
    [2, 2],
    [3, 3],
    [1, 1],
  ]);
  expect(plan).toMatchObject({ workers: 3, threads: 1, backbones: { all: 2, left: 0 } });
  const some = await describePlan(own.file, own.folders, { parts: [plan.parts[0].name] });
  expect(some.parts).toEqual([plan.parts[0]]);
  const more = ownSweep([{ name: "p", grid: { seed: [5, 6, 7] } }]);
  fs.cpSync(own.folders.results, more.folders.results, { recursive: true });
  const [part] = (await describePlan(more.file, more.folders)).parts;
  expect(part).toMatchObject({ runs: 3, done: 0, unknown: 0 });
  expect(part.seconds).toBeGreaterThan(0);
  const wide = { runs: 6, bytes: 3e9 };
  expect(budgetFault({ budget: { gigabytes: 2 } }, wide)).toMatch(
    /about 3\.00 GB of disk, and its budget allows 2/,
  );
  expect(budgetFault({ budget: { gigabytes: 4 } }, wide)).toBeUndefined();
  expect(diskFault(more.folders, wide)).toBeUndefined();
  expect(diskFault(more.folders, { bytes: 1e18 })).toMatch(
    /takes about 1000000000\.00 GB of disk, and [\d.]+ are free/,
  );
  more.remove();
});

it("the example of the room's README is a sweep of 19 runs", async () => {
  const text = fs.readFileSync(path.join(ROOT, "src", "learning", "sweep", "README.md"), "utf8");
  const [, json] = /```json\n([\s\S]*?)```/.exec(text)!;
  const runs = await expandSweep(JSON.parse(json));
  expect(runs.map(({ series, label }) => `${series}: ${label}`)).toContain("LoRA: rank 4");
  expect(runs).toHaveLength(9 + 8 + 2);
});

it("a file that is missing or no JSON is refused by its name", async () => {
  await expect(readSweepFile("/none.json")).rejects.toThrow(
    /The sweep file \/none\.json cannot be read \(ENOENT\)/,
  );
  fs.writeFileSync(own.at("half.json"), '{"format": ');
  await expect(readSweepFile(own.at("half.json"))).rejects.toThrow(/half\.json is no JSON: /);
});
