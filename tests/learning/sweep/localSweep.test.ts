import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { statusText } from "../../../scripts/sweep-report.mjs";
import { type PhaseConfiguration, runExperiment, type SweepPart } from "../../../src/learning";
import { PhaseError } from "../../../src/learning/experiment/phaseError";
import { leasesIn } from "../../../src/learning/sweep/lease";
import { type LocalOptions, localSweep } from "../../../src/learning/sweep/localSweep";
import { notePool } from "../../../src/learning/sweep/notePool";
import type { PoolEvent } from "../../../src/learning/sweep/pool";
import { poolSize } from "../../../src/learning/sweep/poolSize";
import { requestStop } from "../../../src/learning/sweep/requestStop";
import { ResultIndex } from "../../../src/learning/sweep/resultIndex";
import { forgetFailure } from "../../../src/learning/sweep/runFailure";
import { sweepJobs, sweepPlan } from "../../../src/learning/sweep/sweepPlan";
import { sweepStatus } from "../../../src/learning/sweep/sweepStatus";
import { thisProcess } from "../../../src/learning/sweep/thisProcess";
import { numbersIn, OWN_CONFIGURATION, type OwnSweep, ownSweep } from "../../helpers/ownSweep";

const open: OwnSweep[] = [];
const made = (...args: Parameters<typeof ownSweep>) => {
  const own = ownSweep(...args);
  open.push(own);
  return own;
};
afterEach(() => {
  for (const own of open.splice(0)) own.remove();
});

const rates: SweepPart = {
  name: "rates",
  grid: { "phases.last.learningRate.start": [0.01, 0.02, 0.03], seed: [0, 1] },
};
const carriedOut = async (own: OwnSweep, options: Partial<LocalOptions> = {}) => {
  const events: PoolEvent[] = [];
  const onEvent = (event: PoolEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  const result = await localSweep(own.file, { folders: own.folders, workers: 2, ...options, onEvent });
  return { result, events, begun: events.filter(({ kind }) => kind === "begin").length };
};
const failures = ({ folders }: OwnSweep) => {
  if (!fs.existsSync(folders.failures)) return [];
  return fs
    .readdirSync(folders.failures)
    .map((name) => JSON.parse(fs.readFileSync(path.join(folders.failures, name), "utf8")));
};

it("a pool computes what single runs compute, each backbone once, and nothing a second time", {
  timeout: 60_000,
}, async () => {
  const own = made([
    rates,
    { name: "again", grid: { "phases.last.learningRate.start": [0.02], seed: [0, 1, 2] } },
  ]);
  const { result, events } = await carriedOut(own);
  expect(result).toEqual({ done: 7 + 2, failed: 0, left: 0, full: false, spent: false, stopped: false });
  // Seven runs of three seeds: the third seed has only one run, and no backbone.
  const backbones = events.filter((event) => event.kind === "begin" && event.job.kind === "backbone");
  expect(backbones).toHaveLength(2);
  const alone = { results: own.at("alone"), checkpoints: own.at("alone"), modules: own.folder };
  for (const { kind, configuration } of (await sweepJobs(own.file)).jobs)
    if (kind === "run") await runExperiment(configuration, alone);
  expect(numbersIn(own.folders.results)).toEqual(numbersIn(own.at("alone")));
  const { backend } = JSON.parse(
    fs.readFileSync(path.join(own.folders.results, Object.keys(numbersIn(own.folders.results))[0]), "utf8"),
  );
  expect(backend.threads).toBe(1);
  expect((await carriedOut(own)).begun).toBe(0);
  // Another sweep takes what there is.
  const more = made([{ name: "other", grid: { "phases.last.learningRate.start": [0.02, 0.04] } }], {
    name: "other",
  });
  fs.cpSync(own.folders.results, more.folders.results, { recursive: true });
  expect((await carriedOut(more)).result.done).toBe(1);
});

describe("what goes wrong", () => {
  const broken: Partial<PhaseConfiguration> = { method: { name: "subset", count: 1e6 } };
  const list = (phases: readonly Partial<PhaseConfiguration>[]) => ({
    list: phases.map((phase, i) => ({
      label: `number ${i}`,
      set: Object.fromEntries(Object.entries(phase).map(([key, value]) => [`phases.last.${key}`, value])),
    })),
  });

  it("is noted with its reason, the rest goes on, and it is begun again only when it is asked for", {
    timeout: 60_000,
  }, async () => {
    const own = made([{ name: "p", ...list([broken, { epochs: 1 }, { epochs: 2 }]) }]);
    const { result } = await carriedOut(own);
    expect(result).toMatchObject({ done: 3, failed: 1, left: 0 });
    const [failure, ...others] = failures(own);
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ format: "run-failure/1", part: "p", label: "number 0" });
    expect(failure.reason).toMatch(
      /^phase 2, configuration\.phases\[1\]: count must be a whole number from 1 to/,
    );
    expect((await carriedOut(own)).begun).toBe(0);
    await forgetFailure(own.folders.failures, failure.hash);
    expect((await carriedOut(own)).result).toMatchObject({ done: 0, failed: 1 });
  });

  it("in a backbone is the reason of all that begins with it, which does not begin", {
    timeout: 60_000,
  }, async () => {
    const own = made([
      { name: "p", set: { "phases.0.method": broken.method }, grid: { "phases.last.epochs": [1, 2] } },
    ]);
    expect((await carriedOut(own)).result).toMatchObject({ done: 0, failed: 3 });
    const reasons = failures(own)
      .map(({ reason }) => reason)
      .sort();
    expect(reasons.at(-1)).toMatch(/^phase 1, configuration\.phases\[0\]: count must be/);
    for (const reason of reasons.slice(0, -1))
      expect(reason).toMatch(
        /^it starts from the backbone of "p, epochs 1", which failed: phase 1, configuration\.phases\[0\]/,
      );
  });

  it("without a word is tried again, and noted when that does not help", { timeout: 60_000 }, async () => {
    const own = made(
      [
        {
          name: "p",
          grid: { "model.module.options.units": [7, 8, 9] },
          set: { phases: (OWN_CONFIGURATION.phases as unknown[]).slice(1) },
        },
      ],
      { resources: { attempts: 2 } },
    );
    // The network of 8 units kills its process once, that of 9 always.
    const text = fs.readFileSync(own.at("network.mjs"), "utf8");
    const mark = JSON.stringify(own.at("killed"));
    fs.writeFileSync(
      own.at("network.mjs"),
      text.replace(
        "const tf =",
        `const fs = await import("node:fs");
         if (units === 9 || (units === 8 && !fs.existsSync(${mark}))) { if (units === 8) fs.writeFileSync(${mark}, ""); process.kill(process.pid, "SIGKILL"); }
         const tf =`,
      ),
    );
    const { result, events } = await carriedOut(own);
    expect(result).toMatchObject({ done: 2, failed: 1, left: 0 });
    expect(events.filter(({ kind }) => kind === "crash")).toHaveLength(3);
    expect(failures(own).map(({ label, reason }) => `${label}: ${reason}`)).toEqual([
      "units 9: its process ended with SIGKILL, without a word: the memory may have run out (2 times)",
    ]);
  });

  it("that its code awaits nowhere is noted as it is, at once, and so is what is no error", {
    timeout: 60_000,
  }, async () => {
    const own = made([{ name: "p", grid: { "model.module.options.units": [6, 7, 8, 9] } }]);
    const text = fs.readFileSync(own.at("network.mjs"), "utf8");
    fs.writeFileSync(
      own.at("network.mjs"),
      text.replace(
        "const tf =",
        `if (units === 6) { setTimeout(() => { throw new Error("too late"); }); await new Promise((r) => setTimeout(r, 500)); }
         if (units === 7) { void Promise.reject(new Error("forgotten")); await new Promise((r) => setTimeout(r, 500)); }
         if (units === 9) throw "a text";
         const tf =`,
      ),
    );
    const { result, events } = await carriedOut(own);
    expect(result).toMatchObject({ done: 1, failed: 3 });
    expect(events.filter(({ kind }) => kind === "crash")).toHaveLength(2);
    expect(
      failures(own)
        .map(({ label, reason }) => `${label}: ${reason}`)
        .sort(),
    ).toEqual([
      "units 6: an error that its code awaits nowhere ended its process: too late",
      "units 7: an error that its code awaits nowhere ended its process: forgotten",
      'units 9: "a text" was thrown, which is no error',
    ]);
  });

  it("as too much memory ends the process, and is noted with what to do", { timeout: 60_000 }, async () => {
    const own = made([{ name: "p", grid: { "model.module.options.units": [7, 8] } }], {
      resources: { gigabytes: 0.7 },
    });
    const text = fs.readFileSync(own.at("network.mjs"), "utf8");
    fs.writeFileSync(
      own.at("network.mjs"),
      text.replace(
        "const tf =",
        `if (units === 8) { globalThis.kept = Buffer.alloc(1.5e9, 1); await new Promise((r) => setTimeout(r, 5000)); }\nconst tf =`,
      ),
    );
    expect((await carriedOut(own)).result).toMatchObject({ done: 1, failed: 1 });
    expect(failures(own)[0].reason).toMatch(
      /its process took 1\.\d GB of memory, and may take 0\.7: raise resources\.gigabytes/,
    );
  });

  it("as a foreign or half-written file in a result's place is told by its name, and left alone", {
    timeout: 60_000,
  }, async () => {
    const own = made([{ name: "p", grid: { seed: [0, 1] } }]);
    const [first] = (await sweepJobs(own.file)).jobs.filter(({ kind }) => kind === "run");
    fs.mkdirSync(own.folders.results, { recursive: true });
    const file = path.join(own.folders.results, `${first.hash}.json`);
    fs.writeFileSync(file, '{"format": "experiment-result/1", "ha');
    let told: readonly { reason: string }[] = [];
    const { result } = await carriedOut(own, { onPlan: ({ unfit }) => (told = unfit) });
    expect(result).toMatchObject({ done: 1, failed: 0 });
    expect(told.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/cannot be read .*delete it to run again/),
    ]);
    expect(fs.readFileSync(file, "utf8")).toMatch(/"ha$/);
  });
});

const canMount =
  process.getuid?.() === 0 &&
  process.platform === "linux" &&
  mounted(fs.mkdtempSync(path.join(os.tmpdir(), "mount-")));
if (!canMount) console.warn("No full disk is tried here: only root can mount one.");

/** Whether a small file system can be mounted; it is unmounted again. */
function mounted(folder: string): boolean {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
  if (status === 0) spawnSync("umount", [folder]);
  fs.rmdirSync(folder);
  return status === 0;
}

it.skipIf(!canMount)(
  "a full disk ends it with a word on what to do, leaves nothing half-written, and with room it goes on",
  {
    timeout: 60_000,
  },
  async () => {
    const own = made([rates]);
    fs.mkdirSync(own.folders.results);
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=40k", "tmpfs", own.folders.results]);
    try {
      const { result, events } = await carriedOut(own);
      expect(result).toMatchObject({ full: true });
      const told = events.flatMap((event) =>
        event.kind === "outcome" && event.outcome.state === "failed" ? event.outcome.failure.reason : [],
      );
      expect(told[0]).toMatch(
        /^The disk is full \(ENOSPC.*\)\. Free some space; what was written before is whole\.$/,
      );
      spawnSync("mount", ["-o", "remount,size=10m", own.folders.results]);
      // What failed for want of room only is begun again like anything that was noted.
      fs.rmSync(own.folders.failures, { recursive: true, force: true });
      expect((await carriedOut(own)).result).toMatchObject({ failed: 0, left: 0 });
      expect(Object.keys(numbersIn(own.folders.results))).toHaveLength(6);
    } finally {
      spawnSync("umount", [own.folders.results]);
    }
  },
);

it("it stops at a signal and at a request by file with checkpoints, and goes on to the same numbers", {
  timeout: 90_000,
}, async () => {
  const whole = made([rates]);
  await carriedOut(whole);
  const own = made([rates]);
  const controller = new AbortController();
  const first = await carriedOut(own, {
    signal: controller.signal,
    onEvent: (event) => void (event.kind === "epoch" && controller.abort()),
  });
  expect(first.result.stopped).toBe(true);
  expect(first.result.left).toBeGreaterThan(0);
  let asked: Promise<void> | undefined;
  const second = await carriedOut(own, {
    onEvent: (event) => {
      if (event.kind === "begin") asked ??= requestStop(own.folders.own);
    },
  });
  await asked;
  expect(second.result.stopped || second.result.left === 0).toBe(true);
  const third = await carriedOut(own);
  expect(third.result).toMatchObject({ left: 0, stopped: false });
  expect(numbersIn(own.folders.results)).toEqual(numbersIn(whole.folders.results));
  expect(fs.readdirSync(own.folders.leases)).toEqual([]);
});

it("two of them at once on different machines share the work; on this machine the second is refused", {
  timeout: 60_000,
}, async () => {
  const own = made([rates]);
  const one = carriedOut(own);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(carriedOut(own)).rejects.toThrow(/Process \d+ on .* carries out this sweep/);
  // As if its note were on a file system that shows it late.
  fs.rmSync(path.join(own.folders.own, "pool.json"), { force: true });
  const [first, second] = await Promise.all([one, carriedOut(own)]);
  expect([first.result.left, second.result.left]).toEqual([0, 0]);
  const computed = [...first.events, ...second.events].filter(
    (event) => event.kind === "outcome" && event.outcome.state === "done" && !event.outcome.existed,
  );
  expect(computed.length).toBe(6 + 2);
});

it("of many that begin a pool at the same moment one does, also where a killed one left its note", async () => {
  const own = made([rates]);
  fs.mkdirSync(own.folders.own, { recursive: true });
  const dead = { ...thisProcess(), begun: "1", plan: "p" };
  for (const left of [undefined, `${JSON.stringify(dead)}\n`, '{"host": "ha']) {
    if (left !== undefined) fs.writeFileSync(path.join(own.folders.own, "pool.json"), left);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => notePool(own.folders.own, `plan ${i}`)),
    );
    const ends = all.filter((one) => typeof one === "function");
    expect(ends).toHaveLength(1);
    expect(new Set(all.flatMap((one) => (typeof one === "function" ? [] : [one.plan]))).size).toBe(1);
    await ends[0]();
    expect(fs.readdirSync(own.folders.own)).toEqual([]);
  }
});

it("how far a run is is counted from 1: in its lease, by status, in its failure", {
  timeout: 60_000,
}, async () => {
  const own = made([{ name: "p", set: { "phases.last.epochs": 5000 } }]);
  const controller = new AbortController();
  const running = carriedOut(own, { signal: controller.signal, leaseSeconds: 0.5 });
  const progress = async () => [...(await leasesIn(own.folders.leases)).values()][0]?.progress;
  while (((await progress())?.phase ?? 1) === 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await progress()).toMatchObject({ phase: 2 });
  const plan = await sweepPlan(own.file, own.folders.own);
  const status = await sweepStatus(plan, own.folders, await ResultIndex.open(own.folders.index));
  expect(statusText(status, { name: "own" })).toMatch(/process \d+: phase 2, epoch [1-9]\d*$/m);
  controller.abort();
  expect((await running).result.stopped).toBe(true);
  expect(new PhaseError(1, "no").message).toBe("phase 2, configuration.phases[1]: no");
});

it("the budget refuses more runs than it allows, and begins none after its hours", {
  timeout: 60_000,
}, async () => {
  await expect(carriedOut(made([rates], { budget: { runs: 5 } }))).rejects.toThrow(
    /plans 6 runs, and its budget allows 5/,
  );
  const { result } = await carriedOut(made([rates], { budget: { hours: 1e-7 } }), { workers: 1 });
  expect(result).toMatchObject({ spent: true, stopped: false });
  expect(result.done).toBeLessThan(4);
});

it("a pool is as large as cores and memory carry", () => {
  const GB = 2 ** 30;
  const size = (cores: number, memory: number, threads: number, gigabytes: number) =>
    poolSize({ cores, memory: memory * GB, threads, gigabytes });
  expect([size(8, 64, 1, 4), size(8, 64, 2, 4), size(8, 16, 1, 4), size(2, 2, 4, 4)]).toEqual([8, 4, 3, 1]);
});
