import fc from "fast-check";
import { expect, it } from "vitest";
import { type Configuration, hashOf, type PhaseConfiguration, type SweepRun } from "../../../src/learning";
import { jobsOf } from "../../../src/learning/sweep/job";

const phase = (epochs: number): PhaseConfiguration => ({ method: { name: "head" }, epochs });
/** A run of phases that differ by their epochs. */
const run = (...epochs: number[]): SweepRun => {
  const configuration: Configuration = {
    format: "experiment/1",
    data: { name: "mnist" },
    model: { name: "mlp" },
    phases: epochs.map(phase),
    seed: 0,
  };
  return {
    hash: hashOf(configuration),
    part: "p",
    series: "s",
    label: epochs.join(),
    varied: {},
    configuration,
  };
};
const told = (...runs: SweepRun[]) => {
  const jobs = jobsOf(runs);
  const lengths = new Map(
    jobs.map(({ hash, configuration }) => [hash, configuration.phases.map(({ epochs }) => epochs).join()]),
  );
  return jobs.map(
    ({ kind, hash, needs }) => `${kind} ${lengths.get(hash)}${needs ? ` after ${lengths.get(needs)}` : ""}`,
  );
};

it("a beginning that two runs share is a job of its own, before them", () => {
  expect(told(run(1, 2), run(1, 3), run(1, 4))).toEqual([
    "backbone 1",
    ...[2, 3, 4].map((last) => `run 1,${last} after 1`),
  ]);
  expect(told(run(1, 2), run(3, 2))).toEqual(["run 1,2", "run 3,2"]);
});

it("of beginnings that the same runs share there is the longest one, others build on each other", () => {
  expect(told(run(1, 2, 3), run(1, 2, 4))).toEqual([
    "backbone 1,2",
    "run 1,2,3 after 1,2",
    "run 1,2,4 after 1,2",
  ]);
  expect(told(run(1, 2, 3), run(1, 2, 4), run(1, 5))).toEqual([
    "backbone 1",
    "backbone 1,2 after 1",
    "run 1,2,3 after 1,2",
    "run 1,2,4 after 1,2",
    "run 1,5 after 1",
  ]);
});

it("a run from whose end another one goes on is trained once", () => {
  expect(told(run(1), run(1, 2))).toEqual(["backbone 1", "run 1 after 1", "run 1,2 after 1"]);
});

it("a run of two parts is one job; a first phase on another data set is shared with that set's own runs", () => {
  expect(told(run(1), run(1))).toEqual(["run 1"]);
  const fashion = run(1, 2);
  const own = { ...fashion.configuration, data: { name: "fashion-mnist" as const } };
  const transfer = { ...run(1, 3).configuration };
  const phases = [{ ...transfer.phases[0], data: "fashion-mnist" as const }, transfer.phases[1]];
  const runs = [own, { ...transfer, phases }].map((configuration) => ({
    ...fashion,
    hash: hashOf(configuration),
    configuration,
  }));
  const [backbone, first, second] = jobsOf(runs);
  expect([backbone.kind, first.needs, second.needs]).toEqual(["backbone", backbone.hash, backbone.hash]);
  expect(backbone.configuration.data.name).toBe("fashion-mnist");
});

it("whatever the runs: each is one job, each job comes after what it needs, no backbone serves a single one", () => {
  const some = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(some, (all) => {
      const runs = all.map((epochs) => run(...epochs));
      const jobs = jobsOf(runs);
      const own = jobs.filter(({ kind }) => kind === "run").map(({ hash }) => hash);
      expect([...own].sort()).toEqual([...new Set(runs.map(({ hash }) => hash))].sort());
      const made = new Set<string>();
      for (const { kind, hash, needs } of jobs) {
        if (needs) expect(made).toContain(needs);
        if (kind === "backbone") made.add(hash);
      }
      for (const hash of made) expect(jobs.filter(({ needs }) => needs === hash).length).toBeGreaterThan(1);
    }),
  );
});
