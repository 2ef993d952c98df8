import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PrivateSlurm, privateSlurm } from "../helpers/slurm/privateSlurm";
import { slurmSweep } from "../helpers/slurm/slurmSweeps";
import { standInResults } from "../helpers/standInResults";

const cluster = privateSlurm({ nodes: 2, cpus: 4 });

describe.skipIf(!cluster)("on a real Slurm with the usual MaxArraySize of 1001", () => {
  const slurm = cluster as PrivateSlurm;
  beforeAll(() => slurm.ask("sinfo"));
  afterAll(() => slurm.down());

  test("1,500 tasks go in two arrays, and each of them carries out its own run and no other", async () => {
    const seeds = Array.from({ length: 1500 }, (_, i) => i);
    const part = {
      name: "many",
      set: { phases: [{ method: { name: "head" }, epochs: 1 }] },
      grid: { seed: seeds },
    };
    const resources = { threads: 1, gigabytes: 0.5, minutes: 10, pack: 0.001 };
    const own = slurmSweep(slurm, [part], { resources });
    // Results are there before the tasks begin (stand-ins: one was trained): what is tried is Slurm, not training.
    for (const node of ["n1", "n2"]) slurm.drain(node);
    const { stdout, stderr } = own.command("start", "--slurm");
    expect(stdout, stderr).toMatch(/own: 1,500 jobs submitted, in 1,500 tasks of 2 arrays\./);
    await standInResults(own.file, own.folders.results);
    for (const node of ["n1", "n2"]) slurm.ready(node);
    await slurm.until("all tasks have ended", () => slurm.ask("squeue", "-h", "-r") === "", 1500);
    const seen = [...own.log().matchAll(/run (\w+) was there/g)].map(([, hash]) => hash);
    expect(new Set(seen).size).toBe(1500);
    expect(seen).toHaveLength(1500);
    expect(own.command("status").stdout).toMatch(/own: 1,500 of 1,500 runs done\./);
    own.remove();
  });
});
