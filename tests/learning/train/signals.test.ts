import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { tensorflow } from "../../../src/learning";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";

await tensorflow();
const built = (file: string) =>
  JSON.stringify(createRequire(__filename).resolve(`intrinsic-params/dist/${file}.js`));

/** Trains a dense network while a child sends signals as fast as it can; prints how many were heard. */
const CODE = `
const p = require(${built("index")});
const { passesOf } = require(${built("learning/passes/passesOf")});
const { linksOf } = require(${built("learning/passes/link")});
const { spawn } = require("node:child_process");
(async () => {
  const tf = await p.tensorflow();
  const dense = (units, more) => tf.layers.dense({ units, ...more });
  const model = tf.sequential({ layers: [dense(400, { inputShape: [1000], activation: "relu" }), dense(10, { activation: "softmax" })] });
  const batch = { images: tf.ones([128, 1000]), labels: tf.zeros([128], "int32") };
  const weights = model.trainableWeights.map((weight) => weight.read());
  const passes = passesOf(tf, linksOf(model));
  let heard = 0;
  process.on("SIGWINCH", () => heard++);
  const storm = "const end = Date.now() + 2500; while (Date.now() < end) process.kill(" + process.pid + ", 'SIGWINCH')";
  const child = spawn(process.execPath, ["-e", storm], { stdio: "ignore" });
  let done = false;
  child.on("exit", () => { done = true; });
  while (!done) {
    tf.dispose(passes.train(batch, weights, { seed: 0, step: 0 }).gradients);
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(heard);
  process.exit(0);
})();`;

test.skipIf(!isNative() || process.platform === "win32")(
  "signals that arrive in the middle of a step, such as interrupts, leave the memory whole",
  { timeout: 60_000 },
  () => {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["-e", CODE], {
      encoding: "utf8",
      timeout: 50_000,
    });
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
    expect(Number(stdout)).toBeGreaterThan(100);
  },
);
