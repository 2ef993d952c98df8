import { expect, it } from "vitest";
import { killedSweeps } from "../../helpers/killedSweep";

it.skipIf(process.platform !== "linux")(
  "killed by SIGKILL five times, a sweep has every result once, whole and as if nobody had disturbed it",
  { timeout: 180_000 },
  async () => {
    const { kills, runs, ...found } = await killedSweeps(5, 3, 3);
    expect(kills.pool + kills.worker + kills.all).toBeGreaterThanOrEqual(5);
    expect(runs).toBeGreaterThanOrEqual(6);
    expect({ ...found, sweeps: undefined }).toEqual({ doubled: [], lost: [], torn: [], litter: [] });
  },
);
