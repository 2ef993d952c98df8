import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type Configuration,
  type ExperimentResult,
  hashOf,
  moduleSum,
  type PhaseConfiguration,
  readConfiguration,
  runExperiment,
} from "../../../src/learning";
import { writeOwnModules } from "../../helpers/ownModules";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "own ü-"));
  writeOwnModules(folder);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const own = async (phases: readonly PhaseConfiguration[], units = 8): Promise<Configuration> => ({
  format: "experiment/1",
  data: {
    name: "module",
    module: { file: "points.mjs", sha256: await moduleSum(path.join(folder, "points.mjs")) },
    validation: 1 / 4,
  },
  model: {
    name: "module",
    module: {
      file: "network.mjs",
      sha256: await moduleSum(path.join(folder, "network.mjs")),
      export: "network",
      options: { units },
    },
  },
  phases,
  seed: 3,
});
const all: PhaseConfiguration = {
  method: { name: "weights", train: "all" },
  epochs: 6,
  batch: 10,
  learningRate: { kind: "list", start: 0.05, later: [0.02] },
};
const run = async (configuration: Configuration) => {
  const { result } = await runExperiment(configuration, {
    results: path.join(folder, "results"),
    checkpoints: path.join(folder, "checkpoints"),
    modules: folder,
  });
  return result as ExperimentResult;
};

it("a run takes a model and data of one's own from modules, with their options", async () => {
  const result = await run(await own([all]));
  expect(result.data.name).toBe("points");
  // 4 columns, 8 units, 3 classes.
  expect(result.parameters.total).toBe(4 * 8 + 8 + 8 * 3 + 3);
  const [{ epochs, steps }] = result.phases;
  expect(steps).toBe(6 * 9);
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.05, ...Array(5).fill(0.02)]);
  expect(epochs.at(-1)!.loss).toBeLessThan(0.9 * epochs[0].loss);
  expect(result.best!.testAccuracy).toBeGreaterThan(0.6);
});

it("whatever fit can do, a phase can: evaluation now and then, the best weights, an early end, no short batch", async () => {
  const [first] = (
    await run(
      await own([
        { ...all, epochs: 40, evaluateEvery: 2, keepBest: true, patience: 4, batch: 40, dropLast: true },
      ]),
    )
  ).phases;
  const { epochs, steps } = first;
  expect(epochs.length).toBeLessThan(40);
  // 90 images are left after validation: two batches of 40.
  expect(steps).toBe(2 * epochs.length);
  const judged = epochs.filter(({ validationAccuracy }) => validationAccuracy !== undefined);
  expect(judged.map(({ epoch }) => epoch)).toEqual(judged.map((_, i) => 2 * (i + 1)));
  const largest = Math.max(...judged.map(({ validationAccuracy }) => validationAccuracy!));
  const best = judged.find(({ validationAccuracy }) => validationAccuracy === largest)!;
  expect(epochs.at(-1)!.epoch - best.epoch).toBeGreaterThanOrEqual(4);
  const [unseen] = (await run(await own([{ ...all, evaluateEvery: 0 }]))).phases;
  expect(unseen.last).toBeUndefined();
});

it("the best weights of one phase are those that the next one starts from", async () => {
  const still: PhaseConfiguration = { ...all, epochs: 1, learningRate: { start: 0, factor: 1 } };
  // A rate that grows until it spoils the weights.
  const wild: PhaseConfiguration = {
    ...all,
    epochs: 8,
    learningRate: { kind: "cosine", start: 0.05, end: 50, warmup: 1 },
  };
  const [first, second] = (await run(await own([{ ...wild, keepBest: true }, still]))).phases;
  const accuracies = first.epochs.map(({ validationAccuracy }) => validationAccuracy!);
  expect(accuracies.at(-1)).toBeLessThan(Math.max(...accuracies));
  expect(second.epochs[0].validationAccuracy).toBe(Math.max(...accuracies));
  expect(first.epochs[0].learningRate).toBe(0.025);
  expect(first.epochs.at(-1)!.learningRate).toBeCloseTo(50);
});

it("a run is named by what is in its modules and in what they import, not by where they lie", async () => {
  const before = await own([all]);
  const elsewhere = path.join(folder, "elsewhere");
  writeOwnModules(elsewhere);
  expect(await moduleSum(path.join(elsewhere, "points.mjs"))).toBe(before.data.module!.sha256);
  const moved = {
    ...before,
    data: { ...before.data, module: { ...before.data.module!, file: "elsewhere/points.mjs" } },
  };
  expect(hashOf(readConfiguration(moved))).toBe(hashOf(before));
  expect(hashOf(await own([all], 9))).not.toBe(hashOf(before));
  fs.writeFileSync(path.join(folder, "spread.mjs"), "export const spread = 0.6;\n");
  expect(hashOf(await own([all]))).not.toBe(hashOf(before));
  await expect(run(before)).rejects.toThrow(
    /points\.mjs was changed since this run was planned .*plan the sweep again/,
  );
});

it("modules that are missing, export something else, or make something else are refused by name", async () => {
  const good = await own([all]);
  const model = (more: object) => ({
    ...good,
    model: { ...good.model, module: { ...good.model.module!, ...more } },
  });
  await expect(run(model({ file: "none.mjs" }))).rejects.toThrow(/none\.mjs cannot be read \(ENOENT\)/);
  await expect(run(model({ export: "nett" }))).rejects.toThrow(
    /network\.mjs must export a function "nett"; got undefined/,
  );
  const asModel = { ...good, model: { name: "module" as const, module: good.data.module } };
  await expect(run(asModel)).rejects.toThrow(/Expected a LayersModel of TensorFlow\.js; got/);
  const asData = { ...good, data: { name: "module" as const, module: good.model.module } };
  await expect(run(asData)).rejects.toThrow(/Expected a data set/);
  const faults: [object, RegExp][] = [
    [{ ...good.data, name: "mnist" }, /configuration\.data\.module must be absent/],
    [{ name: "module" }, /configuration\.data\.module must be given/],
    [
      { name: "module", module: { file: "a.mjs", sha256: "12" } },
      /module\.sha256 must be a SHA-256 .*got "12"/,
    ],
    [{ name: "module", module: { ...good.data.module, epxort: "a" } }, /module\.epxort must be absent/],
  ];
  for (const [data, message] of faults) expect(() => readConfiguration({ ...good, data })).toThrow(message);
  const labelled = (labels: number[]) => readConfiguration({ ...good, phases: [{ ...all, labels }] });
  expect(() => labelled([11])).not.toThrow();
  expect(() => labelled([256])).toThrow(/phases\[0\]\.labels\[0\] must be a whole number from 0 to 255/);
});

it("a model of one's own whose weights are not finite is told as what it is, before any phase", async () => {
  const file = path.join(folder, "broken.mjs");
  const broken = `import { network as whole } from "./network.mjs";
    export async function network(options) {
      const made = await whole(options);
      made.layers[1].setWeights(made.layers[1].getWeights().map((weight) => weight.mul(NaN)));
      return made;
    }`;
  fs.writeFileSync(file, broken);
  for (const phases of [[all], [all, all]]) {
    const { model, ...rest } = await own(phases);
    const module = { ...model.module!, file: "broken.mjs", sha256: await moduleSum(file) };
    await expect(run({ ...rest, model: { ...model, module } })).rejects.toThrow(
      /^The model of broken\.mjs: .*\/kernel holds NaN, which is not finite: let it make finite weights\.$/,
    );
  }
});
