import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { backendInfo } from "../../src/backend";
import { readCheckpoint, writeCheckpoint } from "../../src/experiment/checkpoint";
import { type Configuration, hashOf } from "../../src/experiment/configuration";
import type { ExperimentResult } from "../../src/experiment/result";
import { runExperiment } from "../../src/experiment/runExperiment";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "experiment ü-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (...names: string[]) => path.join(folder, ...names);
const places = (name: string) => ({ results: at(name, "results"), checkpoints: at(name, "checkpoints") });

/** Two phases, the second by a method that builds on the weights of the first. */
const configuration: Configuration = {
  format: "experiment/1",
  data: { name: "fashion-mnist", train: 240, test: 60, validation: 1 / 6 },
  model: { name: "paper-cnn", width: 0.125 },
  phases: [
    { labels: [0, 1, 2, 3, 4], method: { name: "weights", train: "all" }, epochs: 2, batch: 50 },
    { method: { name: "lora", rank: 2 }, epochs: 3, batch: 50 },
  ],
  seed: 5,
};

/** The numbers without what the clock says. */
const numbers = (result: ExperimentResult) =>
  JSON.parse(JSON.stringify(result.phases), (key, value) => (key === "seconds" ? undefined : value));

it("a run writes one whole result, which the next call returns without running", async () => {
  const { file, result, existed } = await runExperiment(configuration, places("a"));
  expect(existed).toBe(false);
  expect(path.basename(file)).toBe(`${hashOf(configuration)}.json`);
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(result);
  expect(result).toMatchObject({
    format: "experiment-result/1",
    backend: { backend: (await backendInfo()).backend },
    data: { name: "Fashion-MNIST" },
    configuration: { seed: 5 },
  });
  const [first, second] = (result as ExperimentResult).phases;
  // 100 of 120 training images of labels 0–4 are left after validation; 200 of all.
  expect([first.steps, second.steps]).toEqual([2 * 2, 3 * 4]);
  expect(first.trainedWithBatchNorm).toBe(result?.parameters.totalWithBatchNorm);
  expect(first.trained).toBe(result?.parameters.total);
  expect(second.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(second.epochs.every((record) => (record.validationAccuracy as number) >= 0)).toBe(true);
  expect(result?.last).toEqual(second.last);
  // Only what other runs can share is left.
  const beginning = { ...configuration, phases: configuration.phases.slice(0, 1) };
  expect(fs.readdirSync(at("a", "checkpoints"))).toEqual([`${hashOf(beginning)}.backbone`]);

  const before = fs.statSync(file).mtimeMs;
  expect(await runExperiment(configuration, places("a"))).toEqual({ file, result, existed: true });
  expect(fs.statSync(file).mtimeMs).toBe(before);
});

it("runs that begin alike share their beginning, and their numbers are those of a run alone", async () => {
  await runExperiment(configuration, places("shared"));
  const [first] = configuration.phases;
  const second = { method: { name: "biases", layers: [4] }, epochs: 1, batch: 50 } as const;
  const other: Configuration = { ...configuration, phases: [first, second] };
  const seen: number[] = [];
  const onEpoch = ({ phase }: { phase: number }) => seen.push(phase);
  const sharing = (await runExperiment(other, { ...places("shared"), onEpoch })).result as ExperimentResult;
  expect(seen).toEqual([1]);
  const alone = (await runExperiment(other, places("alone"))).result as ExperimentResult;
  expect(numbers(sharing)).toEqual(numbers(alone));
  expect(sharing.phases[1].trained).toBe(8 + 10);
});

it("a phase may learn another data set first, and a backbone may be made of fixed filters", async () => {
  const transfer: Configuration = {
    ...configuration,
    data: { ...configuration.data, name: "mnist" },
    model: { ...configuration.model, kernels: "fixed-filters" },
    phases: [
      { data: "fashion-mnist", method: { name: "weights", train: "all" }, epochs: 1, batch: 50 },
      { method: { name: "batchNorm", layers: [1] }, epochs: 1, batch: 50 },
    ],
  };
  const alone = { ...transfer, phases: [{ ...transfer.phases[0], data: undefined }] };
  const fashion: Configuration = { ...alone, data: { ...alone.data, name: "fashion-mnist" } };
  const before = (await runExperiment(fashion, places("transfer"))).result as ExperimentResult;
  const seen: number[] = [];
  const onEpoch = ({ phase }: { phase: number }) => seen.push(phase);
  const sharing = { ...places("transfer"), onEpoch };
  const result = (await runExperiment(transfer, sharing)).result as ExperimentResult;
  expect(seen).toEqual([1]);
  expect(result.data.name).toBe("MNIST");
  expect(numbers(result)[0]).toEqual(numbers(before)[0]);
  const apart = (await runExperiment(transfer, places("apart"))).result as ExperimentResult;
  expect(numbers(result)).toEqual(numbers(apart));
  // conv1 has 4 features and conv2 as many, each a scale and a shift.
  expect(result.phases[1]).toMatchObject({ trained: 0, trainedWithBatchNorm: 16 });
});

it("stopped after any epoch, a run goes on and ends with the same numbers", async () => {
  const whole = (await runExperiment(configuration, places("whole"))).result as ExperimentResult;
  for (const epochs of [1, 2, 4]) {
    const controller = new AbortController();
    let seen = 0;
    const stopped = await runExperiment(configuration, {
      ...places("parts"),
      signal: controller.signal,
      onEpoch: () => {
        if (++seen === epochs) controller.abort();
      },
    });
    expect(stopped.result).toBeUndefined();
    expect(fs.existsSync(stopped.file)).toBe(false);
    const resumed = await runExperiment(configuration, places("parts"));
    expect(numbers(resumed.result as ExperimentResult)).toEqual(numbers(whole));
    fs.rmSync(at("parts"), { recursive: true });
  }
});

it("killed in a process of its own, it leaves no result and goes on from its checkpoint to the same numbers", {
  timeout: 120_000,
}, async () => {
  const script = createRequire(__filename).resolve("intrinsic-params/dist/experiment/run.js");
  fs.writeFileSync(at("configuration.json"), JSON.stringify(configuration));
  const args = [
    script,
    at("configuration.json"),
    "--results",
    at("results"),
    "--checkpoints",
    at("checkpoints"),
  ];
  const start = () => {
    const child = spawn(process.execPath, args);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const epoch = new Promise<void>((resolve) => {
      child.stderr.on("data", (text) => {
        stderr += text;
        if (/phase 2 epoch 1/.test(stderr)) resolve();
      });
    });
    return { child, ended, epoch };
  };
  const first = start();
  await Promise.race([first.epoch, first.ended]);
  first.child.kill("SIGKILL");
  expect((await first.ended).code).toBe(null);
  expect(fs.existsSync(at("results"))).toBe(false);
  expect(fs.readdirSync(at("checkpoints")).some((name) => name.endsWith(".checkpoint"))).toBe(true);

  const second = await start().ended;
  expect(second.code, second.stderr).toBe(0);
  expect(second.stderr).not.toMatch(/phase 1/);
  const file = second.stdout.trim();
  const whole = (await runExperiment(configuration, places("whole"))).result as ExperimentResult;
  expect(numbers(JSON.parse(fs.readFileSync(file, "utf8")))).toEqual(numbers(whole));
});

it("a damaged checkpoint is refused, wherever the damage is", async () => {
  const file = at("x.checkpoint");
  const checkpoint = {
    phase: 1,
    done: [],
    base: { "a/kernel": Float32Array.of(1, Number.NaN, -0) },
    state: {
      step: 3,
      records: [],
      weights: {},
      parameters: [Float32Array.of(2)],
      optimizer: { steps: 3, moments: [] },
    },
    started: "now",
  };
  await writeCheckpoint(file, checkpoint);
  expect(await readCheckpoint(file)).toEqual(checkpoint);
  const bytes = fs.readFileSync(file);
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i] ^= 1;
    fs.writeFileSync(file, damaged);
    await expect(readCheckpoint(file), `byte ${i}`).rejects.toThrow(/is damaged.*delete it/);
  }
  for (const length of [0, 10, bytes.length - 1]) {
    fs.writeFileSync(file, bytes.subarray(0, length));
    await expect(readCheckpoint(file)).rejects.toThrow(/is damaged/);
  }
  expect(await readCheckpoint(at("none"))).toBeUndefined();
});

it("a wrong configuration is refused before anything is written", async () => {
  const wrong = { ...configuration, seed: -1 };
  await expect(runExperiment(wrong, places("wrong"))).rejects.toThrow(/configuration\.seed/);
  expect(fs.existsSync(at("wrong"))).toBe(false);
});
