import { expect, it } from "vitest";
import type { Job } from "../../../src/learning/sweep/job";
import { packJobs } from "../../../src/learning/sweep/packJobs";

const job = (kind: Job["kind"], hash: string, needs?: string): Job => ({
  kind,
  hash,
  ...(needs && { needs }),
  name: { part: "p", series: "s", label: hash },
  configuration: {
    format: "experiment/1",
    data: { name: "mnist" },
    model: { name: "mlp" },
    phases: [],
    seed: 0,
  },
});
const told = (jobs: readonly Job[], seconds: Record<string, number> = {}) =>
  packJobs(jobs, { minutes: 10, secondsOf: ({ hash }) => seconds[hash] }).map(
    ({ after, packs }) =>
      `${after.join() || "-"}: ${packs.map((pack) => pack.map(({ hash }) => hash).join(" ")).join(" | ")}`,
  );

it("short runs share a task, long ones have their own, in order", () => {
  const runs = ["a", "b", "c", "d", "e"].map((hash) => job("run", hash));
  expect(told(runs, { a: 100, b: 400, c: 200, d: 900, e: 10 })).toEqual(["-: a b | c | d | e"]);
  const unknown = Array.from({ length: 23 }, (_, i) => job("run", `r${i}`));
  expect(
    packJobs(unknown, { minutes: 10, secondsOf: () => undefined })[0].packs.map(({ length }) => length),
  ).toEqual([10, 10, 3]);
});

it("what needs a backbone begins after it; one that is there already holds nothing up", () => {
  const jobs = [
    job("backbone", "x"),
    job("backbone", "y", "x"),
    job("run", "a", "x"),
    job("run", "b", "y"),
    job("run", "c", "there"),
    job("run", "d"),
  ];
  expect(told(jobs)).toEqual(["-: x", "x: y", "x: a", "y: b", "-: c d"]);
});

it("so many backbones that each would have its own array are waited for together", () => {
  const all = Array.from({ length: 60 }, (_, i) => [job("backbone", `b${i}`), job("run", `r${i}`, `b${i}`)]);
  const jobs = [...all.map(([backbone]) => backbone), ...all.map(([, run]) => run)];
  const waves = packJobs(jobs, { minutes: 10, secondsOf: () => 1 });
  expect(waves).toHaveLength(2);
  expect(waves[1].after).toHaveLength(60);
  expect(waves[1].packs.flat()).toHaveLength(60);
});
