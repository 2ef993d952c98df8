import fs from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { isUnderWay, queuedTasks, taskKey } from "../../src/learning/sweep/queuedTasks";
import { submissionsOf, writeSubmission } from "../../src/learning/sweep/submission";
import { type PrivateSlurm, privateSlurm } from "../helpers/slurm/privateSlurm";
import { slurmSweep } from "../helpers/slurm/slurmSweeps";

const cluster = privateSlurm({ nodes: 1, cpus: 2, accounting: true });

describe.skipIf(!cluster)("on a real Slurm with accounting", () => {
  const slurm = cluster as PrivateSlurm;
  afterAll(() => slurm.down());

  it("what the queue has forgotten is asked of sacct: how tasks ended, and an array by its name", {
    timeout: 180_000,
  }, async () => {
    const own = slurmSweep(slurm, [
      { name: "few", set: { "phases.last.epochs": 3 }, grid: { seed: [0, 1, 2] } },
    ]);
    slurm.drain("n1");
    own.command("start", "--slurm");
    const [submission] = await submissionsOf(own.folders);
    const [{ id = "", count }] = submission.arrays;
    expect([submission.arrays.length, count]).toEqual([1, 3]);
    slurm.ask("scancel", `${id}_2`);
    slurm.ready("n1");
    await slurm.until("two runs are done", () => own.results() === 2);
    await slurm.until(
      "the queue has forgotten them",
      () => slurm.ask("squeue", "-h", "-r", "-t", "all") === "",
      120,
    );
    Object.assign(process.env, { SLURM_CONF: slurm.env.SLURM_CONF, PATH: slurm.env.PATH });
    const tasks = await queuedTasks([id]);
    if (typeof tasks === "string") throw new Error(tasks);
    const states = [0, 1, 2].map((task) => tasks.get(taskKey(id, task))?.state);
    // A task of an array that is cancelled before it begins leaves no record, in the accounting neither.
    expect(states).toEqual(["COMPLETED", "COMPLETED", undefined]);
    expect([...tasks.values()].some(isUnderWay)).toBe(false);
    // As if the submitter had died before it could note the id: now only the accounting knows the array's name.
    const unnoted = submission.arrays.map(({ id: _, ...array }) => array);
    await writeSubmission({ ...submission, arrays: unnoted });
    expect(own.command("resume", "--slurm").stdout).toMatch(/own: 1 job submitted, in 1 task of 1 array\./);
    expect((await submissionsOf(own.folders))[0].arrays[0].id).toBe(id);
    const watched = own.command("watch", "--every", "0.5");
    expect(watched.status, watched.stdout + watched.stderr).toBe(0);
    expect(own.results()).toBe(3);
    expect(fs.existsSync(own.folders.failures)).toBe(false);
    own.remove();
  });
});
