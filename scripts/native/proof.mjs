import { lastWords, run } from "./run.mjs";
import { Unavailable } from "./unavailable.mjs";

/** Computes with the addon in a fresh process, and returns the versions that answered. */
export async function prove(root) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  const result = await run(process.execPath, ["-e", COMPUTATION], { cwd: root, env, timeout: 120_000 });
  const line = result.stdout.split("\n").find((text) => text.startsWith("{"));
  if (result.status === 0 && line) return JSON.parse(line);
  const how = result.timedOut ? "no answer in 120 s" : (result.signal ?? `exit code ${result.status}`);
  const hint =
    result.signal === "SIGILL" || result.signal === "SIGABRT" ? " (this processor may lack AVX)" : "";
  throw new Unavailable(
    "does-not-run",
    `The native addon does not run here${hint}: ${how}; ${lastWords(result.stderr)}.`,
  );
}

// Tests the rounding of int32, because newer TensorFlow gives 0 there.
const COMPUTATION = `
const util = require("node:util");
util.isNullOrUndefined ??= (x) => x === null || x === undefined;
util.isArray ??= Array.isArray;
const tf = require("@tensorflow/tfjs-node");
const expect = (what, tensor, want) => {
  const got = JSON.stringify(tensor.arraySync());
  if (got !== want) throw new Error(what + " gave " + got + " instead of " + want);
};
if (tf.getBackend() !== "tensorflow") throw new Error("the back end is " + tf.getBackend());
expect("matMul", tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]), "[[19,22],[43,50]]");
expect("round", tf.round(tf.tensor1d([7, -3], "int32")), "[7,-3]");
const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
expect("conv2d gradient", tf.grad((w) => tf.conv2d(x, w, 1, "valid").sum())(tf.ones([2, 2, 1, 1])).flatten(), "[1,2,3,4]");
console.log(JSON.stringify({ tfjsNode: tf.version["tfjs-node"], tensorflow: tf.backend().binding.TF_Version }));
`;
