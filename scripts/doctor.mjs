import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cacheFolder } from "../src/common/cacheFolder.cjs";
import { venvProgram } from "./python.mjs";
import { ROOT } from "./setup.mjs";

/** Tries each part for real and reports versions and verdicts; returns 0 if everything works, else 1. */
export async function doctor(installed) {
  const lines = [];
  let broken = 0;
  const report = (name, ok, text) => {
    if (!ok) broken++;
    lines.push(`${ok ? "✓" : "✗"} ${name.padEnd(22)} ${text}`);
  };
  const tried = (name, command, args, read = (out) => out.trim().split("\n").at(-1)) => {
    const r = spawnSync(command, args, {
      cwd: path.join(ROOT, "notebooks"),
      encoding: "utf8",
      timeout: 120_000,
    });
    const ok = r.status === 0;
    report(
      name,
      ok,
      ok ? read(r.stdout) : `${r.error ?? ""}${r.stderr ?? ""}`.trim().split("\n").slice(-3).join(" / "),
    );
  };
  const node = (code) => ["-e", code];
  const python = venvProgram(ROOT, "python");
  const version = (name) =>
    JSON.parse(fs.readFileSync(path.join(ROOT, "node_modules", name, "package.json"), "utf8")).version;

  report(
    "machine",
    true,
    `${os.type()} ${os.release()} ${process.arch}, ${os.availableParallelism()} cores, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`,
  );
  report("Node", true, process.version);
  report("Python", true, installed.python);
  tried("JupyterLab", python, ["-m", "jupyterlab", "--version"]);
  report(
    "packages",
    true,
    ["tslab", "plotly.js-dist", "danfojs-node", "typescript"].map((n) => `${n} ${version(n)}`).join(", "),
  );
  tried(
    "library",
    process.execPath,
    node(
      `const t = performance.now(); const ip = require("intrinsic-params");
     console.log(Object.keys(ip).length + " exports in " + (performance.now() - t).toFixed(0) + " ms")`,
    ),
  );
  tried(
    "TensorFlow",
    process.execPath,
    node(
      `const ip = require("intrinsic-params"); ip.tensorflow().then((tf) => {
       const v = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).arraySync();
       if (JSON.stringify(v) !== "[[19,22],[43,50]]") throw new Error("wrong product " + JSON.stringify(v));
       return ip.backendInfo().then((b) => {
         const { NativeOps } = require("intrinsic-params/dist/learning/tensorflow/nativeOps.js");
         const own = () => (new NativeOps(tf).hasOwn ? "" : "out") + " our own operations";
         console.log((b.tensorflow ? b.tensorflow + " native with" + own() + ", " + b.threads + " threads" : "pure JavaScript: " + b.reason) + ", tfjs " + b.tfjs);
       });
     })`,
    ),
  );
  tried(
    "danfo",
    process.execPath,
    node(
      `require("intrinsic-params").dataFrames().then((dfd) => {
       const sum = new dfd.DataFrame({ a: [1, 2, 3] })["a"].sum();
       if (sum !== 6) throw new Error("sum is " + sum);
       console.log("danfojs-node: a column's sum is right");
     })`,
    ),
  );
  tried("kernel", python, ["-c", KERNEL_CHECK], (out) => out.trim());
  report("caches", true, cacheFolder({ root: ROOT }));
  console.log(`\n${lines.join("\n")}\n`);
  console.log(
    broken === 0
      ? "Everything works. `npm start` opens the notebooks."
      : `${broken} of these do not work: see ✗ above.`,
  );
  if (installed.backend === "javascript")
    console.log(
      "TensorFlow is not native here: one training step of the paper's CNN takes minutes instead of a fraction of a second.",
    );
  return broken === 0 ? 0 : 1;
}

// The kernel, found by name and started as JupyterLab does it, must be this checkout's and compute.
const KERNEL_CHECK = `
import os, sys, time
from jupyter_client.manager import KernelManager
t = time.time()
km = KernelManager(kernel_name="tslab")
where = os.path.realpath(km.kernel_spec.resource_dir)
assert where.startswith(os.path.realpath(sys.prefix)), "the kernel found is " + where
km.start_kernel(env={**os.environ, "INTRINSIC_PARAMS_HISTORY": "off"})
kc = km.client(); kc.start_channels()
try:
    kc.wait_for_ready(timeout=60)
    got = []
    kc.execute_interactive("6 * 7", timeout=60, output_hook=lambda m: got.append(m))
    text = [m["content"]["data"]["text/plain"] for m in got if m["msg_type"] == "execute_result"]
    assert text == ["42"], "6 * 7 gave " + repr([m["content"] for m in got])
    print("TypeScript (tslab): first cell after %.1f s" % (time.time() - t))
finally:
    kc.stop_channels(); km.shutdown_kernel(now=True)
`;
