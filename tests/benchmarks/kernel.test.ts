import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { deno } from "../../benchmarks/lib/deno.mjs";
import { ROOT } from "../helpers/root";

type Row = { key: string; goal: number; met: boolean; sides: { [side: string]: object | null } };

// Deno is fetched for the first benchmark, not with the set-up: without network there is no other side.
const fetched: boolean =
  Boolean(process.env.CI) &&
  (await deno().then(
    () => true,
    (error: Error) => {
      if (error.message.startsWith("No network")) return false;
      throw error;
    },
  ));

test.skipIf(!fetched)(
  "a quick run of the kernel's benchmark has every figure, and our kernel answers all rightly (CI=true)",
  { timeout: 600_000 },
  () => {
    const script = path.join(ROOT, "scripts", "benchmark.mjs");
    const { status, stdout } = spawnSync(process.execPath, [script, "kernel", "--quick", "--no-setup"], {
      encoding: "utf8",
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain("Our kernel gave every answer, and each was right.");
    const file = path.join(ROOT, "artefacts", "benchmark-kernel-quick.json");
    const { rows, machine } = JSON.parse(fs.readFileSync(file, "utf8")) as {
      rows: Row[];
      machine: { deno: string; tslab: string };
    };
    expect(machine).toMatchObject({ deno: "2.9.6", tslab: "1.0.22" });
    expect(rows).toHaveLength(12);
    for (const { key, sides, goal, met } of rows) {
      expect(goal, key).toBeGreaterThan(0);
      expect(typeof met, key).toBe("boolean");
      for (const side of ["ours", "ipykernel"]) expect(sides[side], `${key}, ${side}`).not.toBeNull();
    }
  },
);
