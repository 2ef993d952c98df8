import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PrivateSlurm, privateSlurm } from "../helpers/slurm/privateSlurm";
import { type SlurmSweep, slurmSweep } from "../helpers/slurm/slurmSweeps";
import { standInResults } from "../helpers/standInResults";

const cluster = privateSlurm({ nodes: 2, cpus: 2, maxArraySize: 31 });

describe.skipIf(!cluster)("on a real Slurm", () => {
  const slurm = cluster as PrivateSlurm;
  const open: SlurmSweep[] = [];
  const made = (...args: Parameters<typeof slurmSweep> extends [unknown, ...infer Rest] ? Rest : never) => {
    const own = slurmSweep(slurm, ...args);
    open.push(own);
    return own;
  };
  beforeAll(() => slurm.ask("sinfo"));
  afterAll(() => slurm.down());
  afterEach(async () => {
    // Whatever a test that failed left.
    slurm.ask("scancel", "-u", os.userInfo().username);
    for (const node of ["n1", "n2"]) slurm.ready(node);
    await slurm.until("nothing is left in the queue", () => slurm.ask("squeue", "-h") === "");
    for (const own of open.splice(0)) own.remove();
  });
  const rates = { name: "rates", grid: { "phases.last.learningRate.start": [0.01, 0.02], seed: [0, 1] } };
  /** Runs of some seconds, with an end that a test can wait for. */
  const slow = { name: "slow", set: { "phases.last.epochs": 300 }, grid: { seed: [0, 1] } };

  it("a sweep finishes with the numbers that a pool on this machine computes, from within another job, too", {
    timeout: 120_000,
  }, async () => {
    const bad = { name: "bad", set: { "phases.last.method": { name: "subset", count: 1e6 } } };
    const own = made([rates, bad]);
    // As in a shell of an array's task: its variables are not those of the tasks to come.
    const inherited = {
      SLURM_ARRAY_TASK_ID: "7",
      SLURM_ARRAY_JOB_ID: "99",
      SLURM_JOB_ID: "98",
      SBATCH_ARRAY_INX: "0-99",
    };
    await once(own.begin("start", inherited), "close");
    expect(own.command("status").stdout).toMatch(/Slurm: \d running, \d waiting/);
    const watched = own.command("watch", "--every", "0.5");
    expect(watched.stdout).toMatch(/own: 4 of 5 runs done, 1 failed, 2 of 2 backbones made/);
    expect(watched.status).toBe(1);
    expect(own.command("status").stdout).toMatch(
      /bad: bad, bad: phase 2, configuration\.phases\[1\]: count must be/,
    );
    // Each backbone was trained by one task alone.
    expect(own.log().match(/backbone \w+ is done/g)).toHaveLength(2);
    expect(own.log().match(/phase 1 epoch 1/g)).toHaveLength(2);
    expect(own.command("resume", "--slurm").stdout).toMatch(/nothing to submit/);
    fs.rmSync(own.folders.failures, { recursive: true });
    await own.expectAsLocal();
  });

  it("a task that is killed, and one that is cancelled before it begins, are submitted again", {
    timeout: 120_000,
  }, async () => {
    const own = made([slow]);
    slurm.drain("n2");
    expect(own.command("start", "--slurm").stdout).toMatch(/own: 2 jobs submitted, in 2 tasks of 1 array\./);
    await slurm.until("a run is under way", () => own.holders().size > 0 && /epoch/.test(own.log()));
    process.kill([...own.holders().values()][0], "SIGKILL");
    slurm.ask("scancel", "--state=PENDING", "-u", os.userInfo().username);
    slurm.ready("n2");
    const watched = own.command("watch", "--every", "0.5");
    expect(watched.stdout).toMatch(/jobs? submitted, in \d tasks?\./);
    expect(watched.status, watched.stdout + watched.stderr).toBe(0);
    await own.expectAsLocal();
  });

  it("a node goes down: its run is repeated elsewhere, and not while the old process still runs", {
    timeout: 120_000,
  }, async () => {
    const own = made([{ ...slow, grid: { seed: [0] } }]);
    own.command("start", "--slurm");
    await slurm.until("the run is under way", () => /epoch/.test(own.log()));
    const [pid] = own.holders().values();
    const node = slurm.ask("squeue", "-h", "-r", "-o", "%N").trim();
    // The node is cut off, its process lives on, and Slurm queues the task again.
    process.kill(slurm.pid(`slurmd-${node}`), "SIGKILL");
    slurm.ask("scontrol", "update", `NodeName=${node}`, "State=DOWN", "Reason=test");
    await slurm.until("the task runs elsewhere", () => /started 2 times/.test(own.log()));
    await slurm.until(
      "it sees the old one",
      () => own.results() === 1 || /is carried out by process/.test(own.log()),
    );
    if (own.results() === 0) {
      expect(own.log()).toMatch(`is carried out by process ${pid} on`);
      process.kill(pid, "SIGKILL");
    }
    await slurm.until("its result is there", () => own.results() === 1);
    slurm.startNode(node);
    slurm.ready(node);
    await slurm.until("the node is back", () => !/down/.test(slurm.ask("sinfo", "-h", "-N", "-o", "%T")));
    await own.expectAsLocal();
  });

  it("the controller stops and comes back: runs go on, nobody submits meanwhile, and the sweep ends", {
    timeout: 120_000,
  }, async () => {
    const own = made([slow]);
    own.command("start", "--slurm");
    await slurm.until("a run is under way", () => /epoch/.test(own.log()));
    // With SIGKILL it could forget the newest job, and give its number to another one while that still runs.
    const controller = slurm.pid("slurmctld");
    process.kill(controller, "SIGTERM");
    await slurm.until("the controller has ended", () => !fs.existsSync(`/proc/${controller}`));
    expect(own.command("status").stdout).toMatch(
      /own: 0 of 2 runs done[\s\S]*Slurm's controller does not answer/,
    );
    const refused = own.command("resume", "--slurm");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/Slurm's controller does not answer .* What runs goes on/);
    await slurm.until("runs have gone on", () => own.results() > 0);
    slurm.startController();
    const watched = own.command("watch", "--every", "0.5");
    expect(watched.status, watched.stdout).toBe(0);
    await own.expectAsLocal();
  });

  it("a submitter that dies between sbatch and its note is followed by one that finds the array", {
    timeout: 120_000,
  }, async () => {
    const own = made([rates]);
    // An sbatch that hands the job to Slurm and then kills whoever called it.
    const bin = own.at("bin");
    fs.mkdirSync(bin);
    fs.writeFileSync(
      path.join(bin, "sbatch"),
      '#!/bin/bash\n/usr/bin/sbatch "$@" >/dev/null\nkill -9 $PPID\n',
      { mode: 0o755 },
    );
    const [, signal] = await once(own.begin("start", { PATH: `${bin}:${slurm.env.PATH}` }), "close");
    expect(signal).toBe("SIGKILL");
    expect(own.command("resume", "--slurm").stdout).toMatch(/own: nothing to submit; 6 jobs under way\./);
    expect(own.command("watch", "--every", "0.5").status).toBe(0);
    expect(own.log().match(/is done/g)).toHaveLength(6);
    await own.expectAsLocal();
  });

  it("before its time limit a run writes a checkpoint within its epoch, and its task is queued again", {
    timeout: 120_000,
  }, async () => {
    const own = made([{ ...slow, grid: { seed: [0] } }]);
    own.command("start", "--slurm");
    await slurm.until("the run is under way", () => /epoch 9/.test(own.log()));
    // What Slurm sends before the limit of --time, by --signal=B:USR2@…
    slurm.ask("scancel", "--batch", "--signal=USR2", "-u", os.userInfo().username);
    await slurm.until("it has begun again", () => /started 2 times/.test(own.log()), 120);
    await slurm.until("its result is there", () => own.results() === 1);
    const epochs = [...own.log().matchAll(/phase 2 epoch (\d+)/g)].map(([, epoch]) => Number(epoch));
    expect(epochs).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    await own.expectAsLocal();
  });

  it("stop ends what runs with checkpoints and takes back what waits; resume goes on", {
    timeout: 120_000,
  }, async () => {
    const own = made([{ ...slow, grid: { seed: [0, 1, 2, 3] } }]);
    slurm.drain("n2");
    own.command("start", "--slurm");
    await slurm.until("a run is under way", () => /epoch/.test(own.log()));
    const stopped = own.command("stop");
    expect(stopped.stdout, stopped.stderr).toMatch(/Asked to stop/);
    await slurm.until("nothing is in the queue", () => slurm.ask("squeue", "-h") === "");
    expect(own.log()).toMatch(/is stopped; a checkpoint is left/);
    expect(own.results()).toBe(0);
    slurm.ready("n2");
    own.command("resume", "--slurm");
    expect(own.command("watch", "--every", "0.5").status).toBe(0);
    await own.expectAsLocal();
  });

  it("tasks that are held are told with the command that lets them begin, by status and watch", {
    timeout: 120_000,
  }, async () => {
    const own = made([{ ...slow, set: { "phases.last.epochs": 3 } }]);
    for (const node of ["n1", "n2"]) slurm.drain(node);
    own.command("start", "--slurm");
    const [array] = slurm.ask("squeue", "-h", "-o", "%F").trim().split("\n");
    slurm.ask("scontrol", "hold", array);
    for (const node of ["n1", "n2"]) slurm.ready(node);
    expect(own.command("status").stdout).toMatch(
      /2 waiting \(2 for JobHeld\w+\)\. 2 tasks are held: npm run sweep -- release FILE/,
    );
    const watcher = own.begin("watch");
    const end = once(watcher, "close");
    expect(own.command("release").stdout).toMatch(/^2 tasks released\.$/m);
    expect(own.command("release").stdout).toMatch(/^0 tasks released\.$/m);
    expect(await end).toEqual([0, null]);
    expect(own.results()).toBe(2);
  });

  it("status says how many runs of an extended file Slurm was never given, until they are submitted", {
    timeout: 120_000,
  }, async () => {
    const own = made([slow]);
    for (const node of ["n1", "n2"]) slurm.drain(node);
    const status = () => own.command("status").stdout;
    expect(status()).not.toMatch(/Slurm/);
    own.command("start", "--slurm");
    expect(status()).toMatch(/Slurm: 0 running, 2 waiting/);
    expect(status()).not.toMatch(/never given/);
    const json = JSON.parse(fs.readFileSync(own.file, "utf8"));
    const write = (seed: readonly number[]) =>
      fs.writeFileSync(own.file, JSON.stringify({ ...json, parts: [{ ...slow, grid: { seed } }] }));
    write([0, 1, 2]);
    expect(status()).toMatch(
      /^1 run of the file was never given to Slurm: npm run sweep -- watch FILE submits it, and so does start/m,
    );
    write([0, 1, 2, 3]);
    expect(status()).toMatch(/^2 runs of the file were never given to Slurm: .* submits them/m);
    expect(JSON.parse(own.command("status", "--json").stdout)).toMatchObject({ runs: 4, unsubmitted: 2 });
    expect(own.command("start", "--slurm").stdout).toMatch(/own: 2 jobs submitted, .*; \d jobs? under way\./);
    expect(status()).not.toMatch(/never given/);
    const stopped = own.command("stop");
    expect(stopped.stdout, stopped.stderr).toMatch(/Asked to stop/);
    expect(slurm.ask("squeue", "-h")).toBe("");
    expect(status()).not.toMatch(/never given/);
  });

  it("more tasks than an array may have go in several arrays, each of them once", {
    timeout: 120_000,
  }, async () => {
    const own = made([
      {
        name: "many",
        set: { phases: [{ method: { name: "head" }, epochs: 1 }] },
        grid: { seed: Array.from({ length: 70 }, (_, i) => i) },
      },
    ]);
    // They wait until their results are there: what is counted here are tasks.
    for (const node of ["n1", "n2"]) slurm.drain(node);
    expect(own.command("start", "--slurm").stdout).toMatch(
      /own: 70 jobs submitted, in 70 tasks of 3 arrays\./,
    );
    await standInResults(own.file, own.folders.results);
    for (const node of ["n1", "n2"]) slurm.ready(node);
    await slurm.until("all tasks have ended", () => slurm.ask("squeue", "-h", "-r") === "");
    const seen = [...own.log().matchAll(/run (\w+) was there/g)].map(([, hash]) => hash);
    expect(new Set(seen).size).toBe(70);
    expect(seen).toHaveLength(70);
  });
});
