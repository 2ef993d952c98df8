import { expect, it } from "vitest";
import { isUnderWay } from "../../../src/learning/sweep/queuedTasks";
import { silentController, slurmCommand, withoutJob } from "../../../src/learning/sweep/slurmCommand";

it("a job that surrounds the submitter is not seen by what it submits, the cluster's description is", () => {
  const env = {
    SLURM_CONF: "/c",
    SLURM_ARRAY_TASK_ID: "3",
    SBATCH_ARRAY_INX: "0-9",
    SLURM_JOB_ID: "1",
    SRUN_DEBUG: "3",
    PATH: "/bin",
  };
  expect(withoutJob(env)).toEqual({ SLURM_CONF: "/c", PATH: "/bin" });
});

it("a program that there is not, one that fails and one that hangs are told apart", async () => {
  expect((await slurmCommand("no-such-program-of-slurm", [])).code).toBeUndefined();
  expect(await slurmCommand("sh", ["-c", "echo out; echo err >&2; exit 3"])).toEqual({
    code: 3,
    out: "out\n",
    err: "err\n",
  });
  expect((await slurmCommand("sleep", ["60"], { timeout: 100 })).code).toBe(-1);
  expect(await slurmCommand("cat", [], { input: "given" })).toMatchObject({ code: 0, out: "given" });
});

it("where there is no Slurm, that is what is said, with what to do", async () => {
  const before = process.env.PATH;
  process.env.PATH = "/nowhere";
  expect(await silentController()).toMatch(/There is no Slurm here .*leave --slurm out/);
  process.env.PATH = before;
});

it("a task that waits, runs, or is queued again is under way; one that ended in whatever way is not", () => {
  const under = (state: string) => isUnderWay({ state, reason: "" });
  expect(
    ["PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "REQUEUED", "REQUEUE_HOLD", "SUSPENDED"].map(under),
  ).toEqual(Array(7).fill(true));
  expect(
    ["COMPLETED", "FAILED", "CANCELLED by 0", "NODE_FAIL", "TIMEOUT", "OUT_OF_MEMORY", "PREEMPTED"].map(
      under,
    ),
  ).toEqual(Array(7).fill(false));
});
