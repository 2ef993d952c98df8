import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

test("the package loads in 0.3 s", () => {
  const script =
    'const t = performance.now(); require("intrinsic-params"); console.log(performance.now() - t);';
  const times = [1, 2, 3].map(() => {
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    expect(stderr).toBe("");
    return Number.parseFloat(stdout);
  });
  expect(Math.min(...times)).toBeLessThan(300);
});
