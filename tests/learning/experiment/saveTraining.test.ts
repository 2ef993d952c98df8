import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadTraining, saveTraining } from "../../../src/learning";

let file: string;
beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "training ü-")), "my.training");
});
afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

/** A model of one's own: with "killed" its training dies in epoch 3, else it goes on and is compared with a whole one. */
const CODE = `
const p = require(${JSON.stringify(createRequire(__filename).resolve("intrinsic-params/dist/index.js"))});
const { isDeepStrictEqual } = require("node:util");
const [file, mode] = process.argv.slice(1);
(async () => {
  const { layers: L, initializers, sequential } = await p.tensorflow();
  const dense = (name, units, seed, more) =>
    L.dense({ name, units, kernelInitializer: initializers.glorotUniform({ seed }), ...more });
  const mine = () => sequential({ layers: [
    dense("first", 6, 1, { activation: "relu", inputShape: [3] }),
    L.batchNormalization({ name: "norm" }),
    L.dropout({ name: "dropout", rate: 0.2 }),
    dense("second", 2, 2, { activation: "softmax" }),
  ] });
  const set = (count) => ({
    images: Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(i * i)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
  });
  const parts = { train: set(24), validation: set(9), test: set(8) };
  const data = p.dataset({ name: "rows", shape: [3], classes: ["a", "b"], checksums: {}, ...parts });
  const train = async (more) => {
    const model = mine();
    await p.fit(model, data, { epochs: 5, batch: 8, seed: 3, learningRate: 0.05, keepBest: true, ...more });
    return p.weightsByName(model);
  };
  const going = {
    onCheckpoint: (state) => p.saveTraining(file, state),
    resume: await p.loadTraining(file),
  };
  if (mode === "killed")
    return train({ ...going, onStep: ({ step }) => step === 8 && process.kill(process.pid, "SIGKILL") });
  const [epochs, resumed, whole] = [going.resume.records.length, await train(going), await train({})];
  const left = (await p.loadTraining(file)).records.length;
  console.log(JSON.stringify({ epochs, left, equal: isDeepStrictEqual(resumed, whole) }));
})();`;
const run = (mode: string) =>
  spawnSync(process.execPath, ["-e", CODE, file, mode], { encoding: "utf8", timeout: 60_000 });

it("killed, the training of a model of one's own goes on from its file to the same weights bit for bit", {
  timeout: 90_000,
}, () => {
  const killed = run("killed");
  expect(killed.signal, killed.stderr).toBe("SIGKILL");
  const { stdout, stderr } = run("resumed");
  expect({ stderr, ...JSON.parse(stdout) }).toEqual({ stderr: "", epochs: 2, left: 5, equal: true });
});

it("a state comes back as it was saved; a damaged file is refused by its name, and none is no state", async () => {
  const values = Float32Array.of(1 / 3, -0, 2 ** -140);
  const record = { epoch: 1, learningRate: 0.1, loss: 1 / 7, accuracy: 0.5, seconds: 1e-3 };
  const best = { epoch: 1, validationAccuracy: 0.5, weights: { w: values }, parameters: [values] };
  const state = {
    ...{ step: 3, seed: 1, batch: 8, records: [record], weights: { w: values }, parameters: [values] },
    ...{ optimizer: { steps: 3, moments: [[values, values] as const] }, best },
  };
  expect(await loadTraining(file)).toBeUndefined();
  await saveTraining(file, state);
  expect(await loadTraining(file)).toEqual(state);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  fs.writeFileSync(file, bytes);
  await expect(loadTraining(file)).rejects.toThrow(
    `${file} is damaged, or no file of "intrinsic-params training 1": delete it to begin anew.`,
  );
});
