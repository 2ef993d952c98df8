import { expect, test } from "vitest";
import { killedSweeps } from "../helpers/killedSweep";

test("killed by SIGKILL 200 times at random moments, sweeps have every result once, whole, and the undisturbed numbers", async () => {
  const { kills, runs, sweeps, ...found } = await killedSweeps(200, 2);
  console.log(`${JSON.stringify(kills)} kills in ${sweeps} sweeps of ${runs} runs in all`);
  expect(kills.pool + kills.worker + kills.all).toBeGreaterThanOrEqual(200);
  expect(Math.min(kills.pool, kills.worker, kills.all)).toBeGreaterThan(20);
  expect(found).toEqual({ doubled: [], lost: [], torn: [], litter: [] });
});
