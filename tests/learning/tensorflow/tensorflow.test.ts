import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { backendInfo, dataFrames, tensorflow } from "../../../src/learning";
import { isNative, loadedTensorflow } from "../../../src/learning/tensorflow/tensorflow";

const addon = fs.existsSync(path.resolve(__dirname, "../../../node_modules/@tensorflow/tfjs-node/lib"));
const built = createRequire(__filename).resolve("intrinsic-params/dist/learning/tensorflow/tensorflow.js");

/** Runs code in a fresh process and gives the JSON it prints and what it says on stderr. */
function child(code: string, env: Record<string, string> = {}) {
  const errors = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "backend-")), "stderr");
  const out = execFileSync("/bin/sh", ["-c", 'exec "$0" -e "$1" 2> "$2"', process.execPath, code, errors], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { ...JSON.parse(out), stderr: fs.readFileSync(errors, "utf8") };
}

describe.skipIf(!addon)("with the native addon", () => {
  it("computes natively and says with what", async () => {
    const tf = await tensorflow();
    expect(tf.getBackend()).toBe("tensorflow");
    expect(tf.matMul([[1, 2]], [[3], [4]]).arraySync()).toEqual([[11]]);
    expect(await backendInfo()).toMatchObject({
      backend: "tensorflow",
      tensorflow: expect.stringMatching(/^2\./),
    });
    expect(isNative()).toBe(true);
    expect(loadedTensorflow()).toBe(tf);
  });

  it("gives data frames on the very same TensorFlow", async () => {
    const tf = await tensorflow();
    const danfo = await dataFrames();
    expect((danfo as unknown as { tensorflow: unknown }).tensorflow).toBe(tf);
    expect(new danfo.DataFrame({ a: [1, 2, 3] }).tensor).toBeInstanceOf(tf.Tensor);
  });

  it("loads quietly, with the threads and settings it reports", () => {
    const code = `const b = require(${JSON.stringify(built)});
      (async () => { await b.tensorflow(); console.log(JSON.stringify(await b.backendInfo())); })();`;
    expect(child(code, { INTRINSIC_PARAMS_THREADS: "1" })).toMatchObject({
      threads: 1,
      oneDNN: true,
      stderr: "",
    });
  });
});

const fallBackCode = `const b = require(${JSON.stringify(built)});
  (async () => {
    const tf = await b.tensorflow();
    const danfo = await b.dataFrames();
    const sum = new danfo.DataFrame({ a: [1, 2, 3] }).sum({ axis: 0 }).values[0];
    console.log(JSON.stringify({ ...(await b.backendInfo()), product: tf.matMul([[1, 2]], [[3], [4]]).arraySync()[0][0],
      sum, same: danfo.tensorflow === tf, native: b.isNative() }));
  })();`;

it("falls back to pure JavaScript on demand, data frames included, without a warning", () => {
  const result = child(fallBackCode, { INTRINSIC_PARAMS_BACKEND: "javascript" });
  expect(result).toMatchObject({
    backend: "javascript",
    product: 11,
    sum: 6,
    same: true,
    native: false,
    stderr: "",
  });
});

it("without the addon warns once, names the price and computes all the same", () => {
  // Hides the addon from this one process: its file is said not to exist.
  const hide = `const fs = require("node:fs"), there = fs.existsSync;
    fs.existsSync = (file) => !String(file).endsWith("tfjs_binding.node") && there(file);`;
  const { stderr, ...result } = child(hide + fallBackCode, { INTRINSIC_PARAMS_BACKEND: "" });
  expect(result).toMatchObject({ backend: "javascript", product: 11, sum: 6, same: true });
  expect(result.reason).toMatch(/not installed/);
  expect(stderr.match(/pure JavaScript/g)).toHaveLength(1);
  expect(stderr).toMatch(/minutes instead of a fraction of a second/);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

it("a model saved to file:// in pure JavaScript is loaded again, and predicts the same", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "saved-model-"));
  const code = `(async () => {
    const tf = await require(${JSON.stringify(built)}).tensorflow();
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await model.save("file://" + ${JSON.stringify(folder)});
    const again = await tf.loadLayersModel("file://" + ${JSON.stringify(path.join(folder, "model.json"))});
    const [a, b] = [model, again].map((m) => [...m.predict(tf.ones([1, 3])).dataSync()]);
    console.log(JSON.stringify({ a, b }));
  })();`;
  try {
    const { a, b } = child(code, { INTRINSIC_PARAMS_BACKEND: "javascript" });
    expect(a).toEqual(b);
    expect(a).toHaveLength(2);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

it("a wish it does not know is refused, not guessed", () => {
  const code = `require(${JSON.stringify(built)}).tensorflow().catch((error) => console.log(JSON.stringify({ message: error.message })));`;
  expect(child(code, { INTRINSIC_PARAMS_BACKEND: "gpu" }).message).toMatch(
    /"tensorflow" or "javascript"; got "gpu"/,
  );
  expect(child(code, { INTRINSIC_PARAMS_THREADS: "0" }).message).toMatch(
    /whole number from 1 to 1024; got "0"/,
  );
});

it("importing the package loads neither TensorFlow nor danfo", () => {
  const code = `require("intrinsic-params"); const loaded = Object.keys(require.cache);
    console.log(JSON.stringify({ heavy: loaded.filter((file) => /node_modules.*(tfjs|tensorflow|danfo)/.test(file)) }));`;
  expect(child(code).heavy).toEqual([]);
});
