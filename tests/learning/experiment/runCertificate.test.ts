import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Configuration,
  certifyGeneralisation,
  certifyHeldOut,
  countErrors,
  type Dataset,
  decodeRun,
  type ExperimentResult,
  fashionMnist,
  halfOf,
  runExperiment,
  standardise,
  subset,
} from "../../../src/learning";
import { codeBytes } from "../../../src/learning/experiment/runCertificate";
import { backboneFile } from "../../../src/learning/experiment/storedBackbone";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "certificate ü-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
const places = (name: string) => ({
  results: path.join(folder, name, "results"),
  checkpoints: path.join(folder, name, "checkpoints"),
});

const rounding = { name: "rounding", kind: "uniform", levels: 9 } as const;
const shortly = { epochs: 2, batch: 50, evaluateEvery: 9 };
/** A backbone of half A's first classes, numbers for all classes of half B, and the bound there. */
const configuration: Configuration = {
  format: "experiment/1",
  data: { name: "fashion-mnist", train: 600, test: 100, validation: 0, standardised: { mean: 0, std: 255 } },
  model: { name: "small-cnn", width: 0.25 },
  phases: [
    { half: "A", labels: [0, 1, 2, 3, 4], method: { name: "weights", train: "all" }, ...shortly },
    { half: "B", method: { name: "subspace", dimension: 30 }, ...shortly },
    { half: "B", method: rounding, ...shortly },
  ],
  seed: 1,
  certificate: { menu: { "phases.1.method.dimension": [30, 60], seed: [0, 1, 2] }, delta: 0.05 },
};
const [backbone, trained, last] = configuration.phases;

let whole: ExperimentResult;
let file: string;
let images: Dataset;
beforeAll(async () => {
  images = subset(await fashionMnist(), { train: 600, test: 100, seed: 1 });
  const run = await runExperiment(configuration, places("whole"));
  [whole, file] = [run.result as ExperimentResult, run.file];
}, 60_000);
const halfB = () => halfOf(standardise(images, { mean: 0, std: 255 }), "B");
const certificateOf = ({ certificate }: ExperimentResult) => certificate as NonNullable<typeof certificate>;

describe("a run with a certificate", () => {
  it("says what follows from its own errors, bits and δ", () => {
    const { errors, count, delta, bound, heldOut, ledger } = certificateOf(whole);
    expect([count, delta, heldOut.count]).toEqual([300, 0.05, 100]);
    expect(bound).toBe(certifyGeneralisation({ errors, count, bits: ledger.bits, delta }));
    expect(heldOut.bound).toBe(certifyHeldOut({ errors: heldOut.errors, count: 100, delta }));
    expect(whole.last?.testAccuracy).toBeCloseTo(1 - heldOut.errors / 100, 10);
    expect(ledger.entries[0]).toEqual({ what: "place in a menu of 6", bits: 3 });
    expect(Math.ceil(ledger.bits / 8)).toBe(codeBytes(certificateOf(whole)).length);
    // Books are paid for, and are no trained numbers.
    expect(whole.phases.map(({ trained }) => trained)).toEqual([whole.parameters.total, 30, 30]);
  });

  it("is rebuilt in a process of its own, from its file and the backbone, and errs on as many images", () => {
    const own = fs.mkdtempSync(path.join(folder, "decoder-"));
    const from = backboneFile(places("whole").checkpoints, configuration, 1);
    const base = backboneFile(own, configuration, 1);
    // Run alone, the beginning leaves the backbone under the name that decoders look for.
    fs.copyFileSync(from, base);
    const code = `
      const fs = require("node:fs"), p = require("intrinsic-params");
      (async () => {
        const result = JSON.parse(fs.readFileSync(process.argv[1], "utf8"));
        const { model } = await p.decodeRun(result, { backbones: process.argv[2] });
        const set = p.subset(await p.fashionMnist(), { train: 600, test: 100, seed: 1 });
        const data = p.halfOf(p.standardise(set, { mean: 0, std: 255 }), "B");
        const errors = [await p.countErrors(model, data.train), await p.countErrors(model, data.test)];
        process.stdout.write(JSON.stringify(errors));
      })();`;
    const said = execFileSync(process.execPath, ["-e", code, file, own], { encoding: "utf8" });
    const { errors, heldOut } = certificateOf(whole);
    expect(JSON.parse(said)).toEqual([errors, heldOut.errors]);
  }, 60_000);

  it("goes on where it was stopped, in each of its phases, to the same bytes", async () => {
    for (const epochs of [1, 3, 4, 5]) {
      const controller = new AbortController();
      let seen = 0;
      const name = `stopped ${epochs}`;
      const onEpoch = () => void (++seen === epochs && controller.abort());
      const stopped = await runExperiment(configuration, {
        ...places(name),
        signal: controller.signal,
        onEpoch,
      });
      expect(stopped.result).toBeUndefined();
      const { result } = await runExperiment(configuration, places(name));
      expect(result?.certificate).toEqual(whole.certificate);
    }
  }, 60_000);

  it("goes on from a beginning that others share, to the same bytes", async () => {
    const { checkpoints } = places("shared");
    const { beginningOf } = await import("../../../src/learning/experiment/storedBackbone");
    for (const count of [1, 2])
      await runExperiment(beginningOf(configuration, count), { checkpoints, backbones: "only" });
    const seen = new Set<number>();
    fs.rmSync(backboneFile(checkpoints, configuration, 1));
    const { result } = await runExperiment(configuration, {
      ...places("shared"),
      // As a sweep has it.
      backbones: "none",
      onEpoch: ({ phase }) => void seen.add(phase),
    });
    expect([...seen]).toEqual([2]);
    expect(result?.certificate).toEqual(whole.certificate);
    // What the decoder begins with is left in any case, though here no phase ended with it.
    const { model, method } = await decodeRun(result as ExperimentResult, { backbones: checkpoints });
    expect(await countErrors(model, halfB().train)).toBe(certificateOf(whole).errors);
    method.dispose();
    model.dispose();
  }, 60_000);

  it("says what it needs where its backbone is missing or another one, and what it says makes it again", async () => {
    const lost = path.join(folder, "lost");
    const name = path.basename(backboneFile("", configuration, 1));
    const message = (error: Error) => error.message;
    const missing = await decodeRun(whole, { backbones: lost }).then(String, message);
    expect(missing).toContain(`The backbone ${name} is not in ${lost}: give decodeRun { backbones }`);
    const code = /by runExperiment\((.*FOLDER \})\), on/.exec(missing)?.[1];
    const given: Parameters<typeof runExperiment> = new Function("result", "FOLDER", `return [${code}]`)(
      whole,
      lost,
    );
    await runExperiment(...given);
    expect(fs.readdirSync(lost)).toEqual([name]);
    const { method, model } = await decodeRun(whole, { backbones: lost });
    method.dispose();
    model.dispose();
    // The same beginning by another seed, under the name of the first.
    const other = path.join(folder, "other");
    await runExperiment({ ...given[0], seed: 2 }, { checkpoints: other, backbones: "only" });
    fs.renameSync(path.join(other, fs.readdirSync(other)[0]), path.join(other, name));
    await expect(decodeRun(whole, { backbones: other })).rejects.toThrow(
      /is another one than the run began with .*or make it again by runExperiment/,
    );
    // Results of earlier versions do not say which one it was.
    const { backbone: _, ...certificate } = certificateOf(whole);
    const unsaid = await decodeRun({ ...whole, certificate }, { backbones: other });
    unsaid.method.dispose();
    unsaid.model.dispose();
  }, 60_000);

  it.each<[string, Partial<Configuration>, RegExp]>([
    ["a seed that is not on the menu", { seed: 3 }, /seed must be one of the 3 values on the menu; got 3/],
    [
      "images standardised by themselves",
      { data: { name: "fashion-mnist", train: 600 } },
      /standardised must be \{ mean, std \}, fixed/,
    ],
    [
      "numbers that are not rounded",
      { phases: [backbone, trained] },
      /phases\.last\.method must be a rounding/,
    ],
    [
      "a rounding without numbers",
      { phases: [last, trained, last] },
      /phases\[0\]\.method must be behind a phase/,
    ],
    [
      "a menu of what no decoder needs",
      { certificate: { menu: { "phases.1.epochs": [2] }, delta: 0.05 } },
      /menu names phases\.1\.epochs/,
    ],
  ])("refuses %s before anything is trained", async (_, change, message) => {
    const onEpoch = () => expect.fail("an epoch was trained");
    const run = runExperiment({ ...configuration, ...change }, { ...places("refused"), onEpoch });
    await expect(run).rejects.toThrow(message);
  });

  it("may begin with a task made of half A's images, and send the head of five classes alone", async () => {
    const half: Configuration = {
      ...configuration,
      model: { name: "embedding-cnn", width: 0.25, embedding: 12, classes: 180 },
      phases: [
        { ...backbone, pretext: 400 },
        { ...trained, method: { name: "head-classes", classes: [5, 6, 7, 8, 9], of: 10 } },
        { ...last, method: { name: "rounding", kind: "centred", levels: 3, perLayer: true } },
      ],
      certificate: { menu: { "phases.0.pretext": [400, 500], seed: [0, 1] }, delta: 0.05 },
    };
    const own = places("head");
    const { result } = await runExperiment(half, own);
    const { errors, ledger, heldOut } = certificateOf(result as ExperimentResult);
    // 12 weights and a bias of each class; two books of one number.
    expect(ledger.entries.map(({ what }) => what).slice(2)).toEqual([
      "code books, 2 numbers of 16 bits",
      "65 trained numbers by an adaptive arithmetic code",
    ]);
    const { model } = await decodeRun(result as ExperimentResult, { backbones: own.checkpoints });
    expect(await countErrors(model, halfB().train)).toBe(errors);
    expect(await countErrors(model, halfB().test)).toBe(heldOut.errors);
    await expect(runExperiment({ ...half, phases: [{ ...backbone, pretext: 0 }] }, own)).rejects.toThrow(
      /phases\[0\]\.pretext must be/,
    );
  }, 60_000);

  it("refuses a backbone that has seen the images of the bound", async () => {
    const { half: _, ...all } = backbone;
    const run = runExperiment({ ...configuration, phases: [all, trained, last] }, places("seen"));
    await expect(run).rejects.toThrow(/must be unknown to the backbone; got \d+ that it has seen/);
  }, 60_000);
});

it("halves have each training image once, are drawn by lot, and do not depend on a seed", async () => {
  const data = subset(await fashionMnist(), { train: 300, test: 20 });
  const numbered = { ...data, train: { ...data.train, images: data.train.images.slice() } };
  for (let i = 0; i < 300; i++) numbered.train.images.set([i % 256, i >> 8], i * 784);
  const [a, b] = (["A", "B"] as const).map((half) => {
    const { images } = halfOf(numbered, half).train;
    return Array.from({ length: images.length / 784 }, (_, i) => images[i * 784] + 256 * images[i * 784 + 1]);
  });
  expect([...a, ...b].sort((x, y) => x - y)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  expect([a.length, b.length]).toEqual([150, 150]);
  expect(a).toEqual([...a].sort((x, y) => x - y));
  // By lot, the first half of the file would be in A by a chance of 1 in 10^88.
  expect(a.filter((i) => i < 150).length).toBeLessThan(100);
  expect(() => halfOf(data, "C" as never)).toThrow(/half must be "A" or "B"; got "C"/);
});

it("images are standardised by given moments, which others than theirs are refused afterwards", async () => {
  const data = subset(await fashionMnist(), { train: 40, test: 20 });
  const half = standardise(data, { mean: 127.5, std: 127.5 });
  expect(Math.min(...half.train.images)).toBe(-1);
  expect(Math.max(...half.train.images)).toBe(1);
  expect(standardise(half, { mean: 127.5, std: 127.5 })).toBe(half);
  expect(() => standardise(half, { mean: 0, std: 255 })).toThrow(
    /standardised already, by mean 127.5 and std 127.5; got 0 and 255/,
  );
  expect(() => standardise(data, { mean: 0, std: 0 })).toThrow(/Expected { mean, std }/);
});

it("errors are counted as predictions differ from labels", async () => {
  const { smallCNN, predict } = await import("../../../src/learning");
  const { train } = standardise(subset(await fashionMnist(), { train: 90, test: 20 }));
  const model = await smallCNN({ width: 0.25 });
  const { labels } = await predict(model, train);
  const wrong = labels.filter((label, i) => label !== train.labels[i]).length;
  expect(await countErrors(model, train)).toBe(wrong);
  expect(wrong).toBeGreaterThan(30);
  model.dispose();
});
