import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  backendInfo,
  type Configuration,
  type ExperimentResult,
  hashOf,
  type PhaseProvenance,
  runExperiment,
  tensorflow,
} from "../../../src/learning";
import {
  type Checkpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../../src/learning/experiment/checkpoint";
import { smallRun } from "../../helpers/smallRun";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "experiment ü-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (...names: string[]) => path.join(folder, ...names);
const places = (name: string) => ({ results: at(name, "results"), checkpoints: at(name, "checkpoints") });

/** Two phases, the second by a method that builds on the weights of the first. */
const configuration = smallRun({ method: { name: "lora", rank: 2 }, epochs: 3, batch: 50 }, 5);

/** The numbers without what the clock says, and who computed them. */
const numbers = (result: ExperimentResult) =>
  JSON.parse(JSON.stringify(result.phases), (key, value) =>
    key === "seconds" || key === "provenance" ? undefined : value,
  );

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

/** Moments to be killed at: code for the process that runs, and what it leaves. */
type Moment = { code: string; left: RegExp[] };
const built = (file: string) =>
  JSON.stringify(createRequire(__filename).resolve(`intrinsic-params/dist/${file}.js`));
const KILL = 'process.kill(process.pid, "SIGKILL")';
/** In the second step of the `count`th epoch of all phases. */
const inEpoch = (count: number) => `
  const epoch = require(${built("learning/train/trainEpoch")});
  const { trainEpoch } = epoch;
  let epochs = 0;
  epoch.trainEpoch = (run, ...rest) => {
    const steps = ++epochs === ${count} ? { onStep: ({ step }) => step % 2 === 0 && ${KILL} } : {};
    return trainEpoch(Object.assign(run, { options: { ...run.options, ...steps } }), ...rest);
  };`;
/** In the `count`th evaluation; each epoch has one on the validation and one on the test set. */
const inEvaluation = (count: number) => `
  const evaluate = require(${built("learning/train/evaluate")});
  const { score } = evaluate;
  let scores = 0;
  const dying = { score: () => ${KILL} };
  evaluate.score = (chain, ...rest) => score(++scores === ${count} ? dying : chain, ...rest);`;
/** Just before or after the `count`th file of a kind gets its name. */
const atFile = (kind: string, count: number, when: "before" | "after") => `
  const fs = require("node:fs/promises");
  const { rename } = fs;
  let files = 0;
  fs.rename = async (from, to) => {
    const now = to.endsWith("${kind}") && ++files === ${count};
    if (now && "${when}" === "before") ${KILL};
    await rename(from, to);
    if (now) ${KILL};
  };`;
/** When the `count`th file of a kind has its first chunks. */
const inFile = (kind: string, count: number) => `
  const fs = require("node:fs/promises");
  const { open } = fs;
  let files = 0;
  fs.open = async (...args) => {
    const handle = await open(...args);
    if (!/${kind}\\.[^/\\\\]*part$/.test(args[0]) || ++files !== ${count}) return handle;
    const { writeFile } = handle;
    let chunks = 0;
    handle.writeFile = async (chunk) => {
      if (++chunks === 3) ${KILL};
      await writeFile.call(handle, chunk);
    };
    return handle;
  };`;
const [POINT, BACKBONE] = [/^\w+\.checkpoint$/, /^\w+\.backbone$/];
const partOf = (kind: string) => new RegExp(`^\\w+\\.${kind}\\.[-\\w]+\\.part$`);
const moments: Record<string, Moment> = {
  "in the first epoch": { code: inEpoch(1), left: [] },
  "in phase 1": { code: inEpoch(2), left: [POINT] },
  "between the phases, before the backbone is there": {
    code: atFile(".backbone", 1, "before"),
    left: [partOf("backbone"), POINT],
  },
  "between the phases, after the backbone is there": {
    code: atFile(".backbone", 1, "after"),
    left: [BACKBONE, POINT],
  },
  "in phase 2": { code: inEpoch(4), left: [BACKBONE, POINT] },
  "during an evaluation": { code: inEvaluation(8), left: [BACKBONE, POINT] },
  "while the first checkpoint is being written": {
    code: inFile(".checkpoint", 1),
    left: [partOf("checkpoint")],
  },
  "while a later checkpoint is being written": {
    code: inFile(".checkpoint", 4),
    left: [BACKBONE, POINT, partOf("checkpoint")],
  },
};

describe("killed in a process of its own, it goes on to the numbers of a run alone and leaves nothing behind", () => {
  let whole: ExperimentResult;
  beforeAll(async () => {
    const alone = fs.mkdtempSync(path.join(os.tmpdir(), "experiment-"));
    const options = { results: alone, checkpoints: alone };
    whole = (await runExperiment(configuration, options)).result as ExperimentResult;
    fs.rmSync(alone, { recursive: true });
  });
  const script = createRequire(__filename).resolve("intrinsic-params/dist/learning/experiment/run.js");
  const run = async (moment: string) => {
    fs.writeFileSync(at("configuration.json"), JSON.stringify(configuration));
    fs.writeFileSync(at("moment.js"), moment);
    const folders = ["--results", at("results"), "--checkpoints", at("checkpoints")];
    const args = ["--require", at("moment.js"), script, at("configuration.json"), ...folders];
    const child = spawn(process.execPath, args);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (text) => {
        texts[name] += text;
      });
    }
    const [code, signal] = await once(child, "close");
    return { code, signal, ...texts };
  };
  const checkpoints = () =>
    fs.existsSync(at("checkpoints")) ? fs.readdirSync(at("checkpoints")).sort() : [];

  for (const [name, { code, left }] of Object.entries(moments)) {
    it(name, { timeout: 120_000 }, async () => {
      const killed = await run(code);
      expect(killed.signal, killed.stderr).toBe("SIGKILL");
      expect(fs.existsSync(at("results"))).toBe(false);
      const found = checkpoints();
      expect(found).toHaveLength(left.length);
      for (const pattern of left) expect(found.filter((file) => pattern.test(file))).toHaveLength(1);

      const seen: string[] = [];
      const onEpoch = ({ phase, epoch }: { phase: number; epoch: number }) =>
        void seen.push(`phase ${phase + 1} epoch ${epoch}`);
      const folders = { results: at("results"), checkpoints: at("checkpoints") };
      const { result } = await runExperiment(configuration, { ...folders, onEpoch });
      expect(numbers(result as ExperimentResult)).toEqual(numbers(whole));
      // No epoch is trained twice, but the one that no checkpoint holds.
      const printed = killed.stderr.match(/phase \d epoch \d/g) ?? [];
      expect(printed.filter((line) => seen.includes(line)).length).toBeLessThanOrEqual(1);
      expect(printed.length + seen.length).toBeLessThanOrEqual(5 + 1);
      expect(new Set([...printed, ...seen]).size).toBe(5);
      expect(checkpoints().filter((file) => !BACKBONE.test(file))).toEqual([]);
      expect(checkpoints()).toHaveLength(1);
      expect(fs.readdirSync(at("results"))).toEqual([`${hashOf(configuration)}.json`]);
    });
  }

  it("while the result is being written, and started again by the same command", {
    timeout: 120_000,
  }, async () => {
    const killed = await run(atFile(".json", 1, "before"));
    expect(killed.signal).toBe("SIGKILL");
    const lines = killed.stderr.split("\n").filter((line) => line.startsWith("phase"));
    const [seconds, left] = [/, ([\d.]+) s(?:,|$)/, /, about (\d+) s left$/].map((pattern) =>
      lines.map((line) => Number(line.match(pattern)?.[1] ?? 0)),
    );
    // Four epochs are left after the first, of both phases together, and none after the last.
    for (const i of [0, 1, 2, 3, 4])
      expect(Math.abs(left[i] - (4 - i) * seconds[i]), lines[i]).toBeLessThanOrEqual(
        0.5 + 0.05 * (4 - i) + 1e-6,
      );
    expect(fs.readdirSync(at("results"))).toEqual([expect.stringMatching(/\.json\..*\.part$/)]);
    const { code, stdout, stderr } = await run("");
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/epoch/);
    expect(fs.readdirSync(at("results"))).toEqual([path.basename(stdout.trim())]);
    expect(numbers(JSON.parse(fs.readFileSync(stdout.trim(), "utf8")))).toEqual(numbers(whole));
  });

  for (const signal of ["SIGINT", "SIGTERM"]) {
    it(`but at ${signal} it ends by itself, with code 130 and the checkpoint of its last epoch`, {
      timeout: 120_000,
    }, async () => {
      const stopped = await run(inEpoch(2).replace("SIGKILL", signal));
      expect([stopped.code, stopped.signal], stopped.stderr).toEqual([130, null]);
      expect(stopped.stderr).toMatch(
        /^phase 1 epoch 1: .*\nInterrupted; the next run with this configuration goes on/,
      );
      expect(stopped.stdout).toBe("");
      expect(checkpoints()).toEqual([expect.stringMatching(POINT)]);
      const { code, stdout, stderr } = await run("");
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/^phase 1 epoch 2: /);
      expect(numbers(JSON.parse(fs.readFileSync(stdout.trim(), "utf8")))).toEqual(numbers(whole));
    });
  }

  it("when the result is there and its checkpoint too", { timeout: 120_000 }, async () => {
    const killed = await run(atFile(".json", 1, "after"));
    expect(killed.signal).toBe("SIGKILL");
    expect(checkpoints()).toHaveLength(2);
    const { result, existed } = await runExperiment(configuration, {
      results: at("results"),
      checkpoints: at("checkpoints"),
    });
    expect(existed).toBe(true);
    expect(numbers(result as ExperimentResult)).toEqual(numbers(whole));
    expect(checkpoints()).toEqual([expect.stringMatching(BACKBONE)]);
  });
});

describe("every phase says which commit and machine trained it", () => {
  const { phases, ...rest } = configuration;
  const own = async () => {
    const { commit, versions, backend, machine } = (await runExperiment(configuration, places("own")))
      .result as ExperimentResult;
    return { commit, versions, backend, machine };
  };
  /** Runs until so many epochs are over. */
  const stopAfter = (epochs: number) => {
    const controller = new AbortController();
    let seen = 0;
    const onEpoch = () => void (++seen === epochs && controller.abort());
    return runExperiment(configuration, { ...places("p"), signal: controller.signal, onEpoch });
  };
  const elsewhere = async (change: (checkpoint: Checkpoint) => Checkpoint) => {
    const [name] = fs.readdirSync(at("p", "checkpoints")).filter((file) => file.endsWith(".checkpoint"));
    const file = at("p", "checkpoints", name);
    await writeCheckpoint(file, change((await readCheckpoint(file)) as Checkpoint));
  };
  const other = (entries: readonly PhaseProvenance[] = []) =>
    entries.map((entry) => ({ ...entry, commit: "f".repeat(40), machine: { ...entry.machine, cores: 77 } }));

  it("once, where one process or several of one machine and commit have done it", async () => {
    const here = await own();
    for (let epochs = 1; epochs <= 4; epochs++) await stopAfter(1);
    const { result } = await runExperiment(configuration, places("p"));
    const once = [{ firstEpoch: 1, ...here }];
    expect(result?.phases.map(({ provenance }) => provenance)).toEqual([once, once]);
  });

  it("twice, where it was stopped and another one went on; also in what others start from", async () => {
    const here = await own();
    await stopAfter(1);
    await elsewhere((checkpoint) => ({ ...checkpoint, provenance: other(checkpoint.provenance) }));
    await stopAfter(3);
    await elsewhere((checkpoint) => ({ ...checkpoint, provenance: other(checkpoint.provenance) }));
    const { result } = await runExperiment(configuration, places("p"));
    const there = other([{ firstEpoch: 1, ...here }]);
    const both = [
      [...there, { firstEpoch: 2, ...here }],
      [...there, { firstEpoch: 3, ...here }],
    ];
    expect(result?.phases.map(({ provenance }) => provenance)).toEqual(both);
    expect(result).toMatchObject(here);

    const second = { method: { name: "head" }, epochs: 1, batch: 50 } as const;
    const sharing = await runExperiment({ ...rest, phases: [phases[0], second] }, places("p"));
    expect(sharing.result?.phases.map(({ provenance }) => provenance)).toEqual([
      both[0],
      [{ firstEpoch: 1, ...here }],
    ]);
  });

  it("from the epoch on that is known, where an earlier version began", async () => {
    const here = await own();
    await stopAfter(1);
    await elsewhere(({ provenance: _, ...checkpoint }) => checkpoint);
    const { result } = await runExperiment(configuration, places("p"));
    expect(result?.phases[0].provenance).toEqual([{ firstEpoch: 2, ...here }]);
  });
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

it("what fails in the last phase is refused by its number before the first is trained, and leaves no tensor behind", async () => {
  const [first] = configuration.phases;
  const tf = await tensorflow();
  const before = tf.memory().numTensors;
  let epochs = 0;
  const run = (phase: Partial<Configuration["phases"][number]>, data = configuration.data) =>
    runExperiment(
      { ...configuration, data, phases: [first, { method: { name: "head" }, epochs: 1, ...phase }] },
      { ...places("late"), onEpoch: () => void epochs++ },
    );
  await expect(run({ method: { name: "lora", rank: 1, layers: ["block9"] } })).rejects.toThrow(
    /configuration\.phases\[1\]: "block9" fits no layer/,
  );
  await expect(run({ method: { name: "subset", count: 1e9 } })).rejects.toThrow(/phases\[1\]: count/);
  await expect(run({ method: { name: "weights", train: ["block1/conv2-pool"] } })).rejects.toThrow(
    /phases\[1\]: Nothing is left to train/,
  );
  await expect(run({ data: "kmnist" })).rejects.toThrow(/phases\[1\]: kmnist needs { folder }/);
  const five = { name: "fashion-mnist", train: 5, validation: 0 } as const;
  await expect(run({ labels: [9] }, five)).rejects.toThrow(
    /phases\[1\]: Fashion-MNIST, train: .*got an empty set/,
  );
  expect(epochs).toBe(0);
  expect(fs.existsSync(at("late"))).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

it("a share for validation that leaves no image is refused", async () => {
  const few = { ...configuration, data: { ...configuration.data, validation: 0.005 } };
  await expect(runExperiment(few, places("few"))).rejects.toThrow(
    /0\.005 of 240 images leaves none for validation: give a larger one/,
  );
});
