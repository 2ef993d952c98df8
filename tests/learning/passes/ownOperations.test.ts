import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { tensorflow } from "../../../src/learning";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";

const tf = await tensorflow();
/** Where the set-up found no compiler, or the addon comes from elsewhere, TensorFlow's operations do it all. */
const hasOwn = isNative() && new NativeOps(tf).hasOwn;

const processors: [string, Record<string, string>][] = [
  ["one thread", { INTRINSIC_PARAMS_THREADS: "1" }],
  ["two threads", { INTRINSIC_PARAMS_THREADS: "2" }],
  ["nine threads, more than some batches have images", { INTRINSIC_PARAMS_THREADS: "9" }],
  ["three threads and AVX2", { INTRINSIC_PARAMS_THREADS: "3", ONEDNN_MAX_CPU_ISA: "AVX2" }],
];

/** What a comparison in a process of its own prints. */
function comparison(fixture: string, settings: Record<string, string>) {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(__dirname, "fixtures", fixture)], {
    env: { ...process.env, ...settings },
    encoding: "utf8",
  });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  if (!line) throw new Error(`The comparison stopped: ${stderr}`);
  return JSON.parse(line);
}

describe.skipIf(!hasOwn).for(processors)("the project's own operations: %s", ([, settings]) => {
  it("train S1, S2 and another network to the same bits as TensorFlow's", { timeout: 120_000 }, () => {
    const { hasOwn, compared, differing } = comparison("ownBits.cjs", settings);
    expect(differing).toEqual([]);
    expect({ hasOwn, many: compared > 100 }).toEqual({ hasOwn: true, many: true });
  });

  it("make the same as TensorFlow's of numbers that are infinite, huge, tiny or none", () => {
    const { hasOwn, compared, special, differing } = comparison("notFinite.cjs", settings);
    expect(differing).toEqual([]);
    expect({ hasOwn, many: special > compared / 2 && compared > 1000 }).toEqual({ hasOwn: true, many: true });
  });
});
