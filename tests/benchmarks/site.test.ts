import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { playground } from "../../benchmarks/lib/playground.mjs";
import { findBrowser } from "../../scripts/browser.mjs";
import { ROOT } from "../helpers/root";

// Playground is fetched for the first benchmark, not with the set-up: without network there is no other side.
const fetched: boolean =
  Boolean(process.env.CI && findBrowser()) &&
  (await playground().then(
    () => true,
    (error: Error) => {
      if (error.message.startsWith("TensorFlow Playground could not be fetched")) return false;
      throw error;
    },
  ));

test.skipIf(!fetched)(
  "a quick run of the site's benchmark has live charts of ours and of Playground's (CI=true)",
  { timeout: 300_000 },
  () => {
    const script = path.join(ROOT, "scripts", "benchmark.mjs");
    const { status, stdout } = spawnSync(process.execPath, [script, "site", "--quick", "--no-setup"], {
      encoding: "utf8",
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain("As a multiple of TensorFlow Playground");
    const { rows } = JSON.parse(
      fs.readFileSync(path.join(ROOT, "artefacts", "benchmark-site-quick.json"), "utf8"),
    );
    expect(rows.map(({ key }: { key: string }) => key)).toEqual(["playground", "first", "notebook"]);
  },
);
