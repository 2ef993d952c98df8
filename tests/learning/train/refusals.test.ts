import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  cosineLearningRate,
  type Dataset,
  evaluate,
  exponentialLearningRate,
  type FitOptions,
  fit as fitModel,
  freeze,
  lora,
  type Method,
  multilayerPerceptron,
  predict,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreWeights,
  saveTrained,
  saveTraining,
  type Tensorflow,
  type TrainingState,
  tensorflow,
  unfrozenWeights,
  vera,
  weightsByName,
  withNewHead,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data, setOf } from "../../helpers/squares";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();
const small = async () => own(await multilayerPerceptron({ input: [2, 2, 1], classes: 2, hidden: [3] }));

const empty = setOf(0);
const { images, labels } = setOf(10);
const spoilt = { labels, images: images.map((x, i) => (i === 5 ? Number.NaN : x)) };
const mislabelled = { images, labels: labels.map((label, i) => (i === 3 ? 7 : label)) };

/** Refused before anything is built: neither a weight nor a tensor is left. */
async function refused(options: FitOptions, parts: Partial<Dataset>, message: RegExp) {
  const model = await small();
  const before = tf.memory().numTensors;
  await expect(fitModel(model, { ...data, ...parts }, options)).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
}

describe("data that cannot be trained or scored on is refused, where a spread went past its check", () => {
  for (const part of ["train", "test", "validation"] as const) {
    it(`in ${part}: an empty set, values that are not finite, labels out of range`, async () => {
      await refused({}, { [part]: empty }, new RegExp(`squares, ${part}: .* got an empty set`));
      await refused(
        {},
        { [part]: spoilt },
        new RegExp(`squares, ${part}: image 1 holds NaN, which is not finite`),
      );
      await refused(
        {},
        { [part]: mislabelled },
        new RegExp(`squares, ${part}: label 7 of image 3 is outside 0 … 1`),
      );
    });
  }

  it("but a test set that is never looked at may be empty", async () => {
    const result = await fitModel(await small(), { ...data, test: empty }, { evaluateEvery: 0 });
    expect(result.steps).toBe(1);
  });

  it("by evaluate, too, which ends for no batch but a whole number ≥ 1", async () => {
    const model = await small();
    await expect(evaluate(model, empty)).rejects.toThrow(/got an empty set/);
    await expect(evaluate(model, spoilt)).rejects.toThrow(/not finite/);
    await expect(evaluate(model, mislabelled)).rejects.toThrow(/label 7 of image 3/);
    await expect(evaluate(model, { images: images.subarray(1), labels })).rejects.toThrow(
      /10 labels ask for 40 values .*; got 39/,
    );
    for (const batch of [0, -1, 2.5, Number.NaN])
      await expect(evaluate(model, data.test, { batch })).rejects.toThrow(`≥ 1; got ${batch}.`);
  });
});

it("words that TypeScript would not let through are refused by their options", async () => {
  await refused(
    { optimizer: { kind: "sgd" as "adam" } },
    {},
    /optimizer\.kind must be "radam" or "adam"; got "sgd"/,
  );
  await refused(
    { frozen: { statistics: "move" as "moving" } },
    {},
    /frozen\.statistics must be "still" or "moving"; got "move"/,
  );
  await refused(
    { frozen: { dropout: "of" as "off" } },
    {},
    /frozen\.dropout must be "off" or "on"; got "of"/,
  );
  await refused(
    { learningRate: "0.1" as unknown as number },
    {},
    /learning rate of epoch 1 must be a finite number ≥ 0; got "0.1"/,
  );
});

describe("options of another library, and other mistakes of plain JavaScript, are refused by name", () => {
  const any = (value: unknown) => value as never;
  const asked: [string, (model: LayersModel) => unknown, RegExp][] = [
    [
      "lora",
      (m) => lora(m, any({ r: 8, target_modules: ["q"] })),
      /lora has no option r; those it has are rank, alpha, seed, layers/,
    ],
    ["vera", (m) => vera(m, any({ r: 8 })), /vera has no option r/],
    ["networks", (m) => randomNetworks(m, any({ n: 8 })), /randomNetworks has no option n;/],
    ["subset", (m) => randomSubset(m, any({ count: 3, size: 1 })), /randomSubset has no option size/],
    [
      "subset of nothing",
      (m) => randomSubset(m, any(undefined)),
      /takes an object of options \(count.*got undefined/,
    ],
    ["subspace", (m) => randomSubspace(m, any({ dim: 3 })), /randomSubspace has no option dim;/],
    ["biases", (m) => biasesOnly(m, any({ layer: ["a"] })), /biasesOnly has no option layer;/],
    ["BatchNorm", (m) => batchNormOnly(m, any({ layer: ["a"] })), /batchNormOnly has no option layer;/],
    [
      "freeze",
      (m) => freeze(m, any({ layers: "all" })),
      /freeze has no option layers; those it has are train/,
    ],
    [
      "freeze nothing",
      (m) => freeze(m, any(undefined)),
      /freeze takes an object of options \(train\); got undefined/,
    ],
    ["freeze a block", (m) => freeze(m, any({ train: 4 })), /train must be "all", .* got 4: write \[4\]/],
    ["a word", (m) => lora(m, { layers: any("out") }), /layers must be "all", .* got "out": write \["out"\]/],
    [
      "a wrong name",
      (m) => lora(m, { layers: ["nope"] }),
      /"nope" fits no layer; the blocks are .*, the layers .*hidden1\/dense/,
    ],
    ["a wrong seed", (m) => lora(m, { seed: -1 }), /seed must be a whole number from 0 .* got -1/],
  ];
  for (const [name, ask, message] of asked) {
    it(`${name}: no tensor is left, and no layer is frozen`, async () => {
      const model = await small();
      const before = tf.memory().numTensors;
      expect(() => ask(model)).toThrow(message);
      expect(tf.memory().numTensors).toBe(before);
      expect(model.layers.every(({ trainable }) => trainable)).toBe(true);
    });
  }

  it("by fit, evaluate, predict and withNewHead", async () => {
    await refused(any({ batchSize: 10 }), {}, /fit has no option batchSize; those it has are epochs, batch/);
    await refused({ optimizer: any("adam") }, {}, /optimizer takes an object of options .* got "adam"/);
    await refused({ optimizer: any({ weight_decay: 0.5 }) }, {}, /optimizer has no option weight_decay/);
    await refused({ optimizer: any(tf.train.sgd(0.5)) }, {}, /optimizer has no option /);
    await refused({ frozen: any("still") }, {}, /frozen takes an object of options .* got "still"/);
    await refused({ cache: any("yes") }, {}, /cache takes an object of options .* got "yes"/);
    await refused({ signal: any({}) }, {}, /signal must be an AbortSignal/);
    await refused(
      { method: any("lora") },
      {},
      /method must be made of the model, as by lora\(model\); got "lora"/,
    );
    const model = await small();
    await expect(evaluate(model, data.test, any({ batchSize: 1 }))).rejects.toThrow(
      /evaluate has no option batchSize/,
    );
    await expect(predict(model, data.test, any({ batchSize: 1 }))).rejects.toThrow(
      /predict has no option batchSize/,
    );
    await expect(withNewHead(model, any({ units: 3 }))).rejects.toThrow(/withNewHead has no option units/);
  });

  it("a frozen model and a method that is gone are told what to do", async () => {
    const model = await small();
    const frozen =
      'every layer is frozen. Give the method that shall train, or freeze(model, { train: "all" })';
    for (const layer of model.layers) layer.trainable = false;
    await expect(fitModel(model, data)).rejects.toThrow(frozen);
    const method = lora(model);
    await expect(fitModel(model, data)).rejects.toThrow(
      /The model holds lora\(4\): give fit that method, or take it off by its unload\(\)/,
    );
    method.dispose();
    await expect(fitModel(model, data, { method })).rejects.toThrow(
      /lora\(4\) was disposed of.*make it anew/,
    );
  });

  it("images of another kind are not called bytes", async () => {
    const model = await small();
    const doubles = { labels, images: Float64Array.from(images) as never };
    await expect(evaluate(model, doubles)).rejects.toThrow(
      /must be a Float32Array, standardised; got Float64Array/,
    );
    const bytes = { labels, images: new Uint8Array(images.length) };
    await expect(predict(model, bytes)).rejects.toThrow(/are bytes: .*standardiseImages/);
  });
});

it("the paper's weight decay is on unless it is set, whatever else of the optimizer is", async () => {
  const run = async (optimizer: FitOptions["optimizer"]) => {
    const model = await small();
    await fitModel(model, data, { epochs: 3, batch: 5, seed: 1, learningRate: 0.05, optimizer });
    return weightsByName(model);
  };
  expect(await run({ kind: "radam" })).toEqual(await run(undefined));
  expect(await run({ kind: "adam" })).toEqual(await run({ kind: "adam", weightDecay: 1e-4 }));
  expect(await run({ kind: "adam" })).not.toEqual(await run({ kind: "adam", weightDecay: 0 }));
});

it("schedules refuse rates that are no finite numbers ≥ 0 when they are made", () => {
  expect(() => exponentialLearningRate({ start: Number.NaN, factor: 1 })).toThrow(/start must be .* got NaN/);
  expect(() => exponentialLearningRate({ start: 1, factor: -1 })).toThrow(/factor must be .* got -1/);
  expect(() => cosineLearningRate({ start: Number.NaN, epochs: 3 })).toThrow(/start must be .* got NaN/);
  expect(() => cosineLearningRate({ start: 1, epochs: 3, end: Infinity })).toThrow(
    /end must be .* got Infinity/,
  );
});

describe("a state is resumed only as the training that it was taken of", () => {
  const options = { epochs: 2, batch: 5, seed: 3 };
  let state: TrainingState;
  const keep = (now: TrainingState) => {
    state = now;
  };
  beforeAll(async () => {
    const model = await small();
    await fitModel(model, data, { ...options, onCheckpoint: keep });
  });
  const cases: [string, FitOptions, Partial<Dataset>, RegExp][] = [
    ["seed", { seed: 4 }, {}, /resume: the state was taken with seed 3; got 4\. Give the options/],
    ["batch", { batch: 4 }, {}, /taken with batch 5; got 4/],
    ["number of images", {}, { train: setOf(30) }, /after 8 steps; 2 epochs of 30 images by 5 are 12/],
    [
      "optimizer",
      { optimizer: { kind: "adam" } },
      {},
      /stored optimizer has kind "radam"; got "adam": give the options/,
    ],
    [
      "weight decay",
      { optimizer: { weightDecay: 0 } },
      {},
      /stored optimizer has weightDecay 0\.0001; got 0:/,
    ],
    ["fewer epochs", { epochs: 1 }, {}, /the state is after epoch 2; epochs is 1/],
  ];
  for (const [name, other, parts, message] of cases) {
    it(`another is refused: ${name}`, () => refused({ ...options, ...other, resume: state }, parts, message));
  }

  const spoilt: [string, (state: TrainingState) => Partial<TrainingState>, RegExp][] = [
    [
      "weights",
      ({ weights }) => ({ weights: { ...weights, "hidden1/dense/kernel": new Float32Array(1) } }),
      /kernel needs 12 values; got 1/,
    ],
    [
      "parameters",
      ({ parameters }) => ({ parameters: parameters.slice(1) }),
      /Stored parameters: expected sizes/,
    ],
    ["moments", ({ optimizer }) => ({ optimizer: { ...optimizer, moments: [] } }), /Expected stored moments/],
    [
      "best weights",
      ({ weights }) => ({ best: { epoch: 1, validationAccuracy: 1, weights, parameters: [] } }),
      /Stored parameters: expected sizes/,
    ],
    [
      "weights beside the parameters that make them",
      ({ parameters }) => ({ parameters: parameters.map((values) => values.map((value) => value + 1)) }),
      /makes other weights of its parameters/,
    ],
  ];
  for (const [name, spoil, message] of spoilt) {
    it(`spoilt ${name} are refused before a weight of the model is set`, async () => {
      const model = await small();
      const before = weightsByName(model);
      await expect(
        fitModel(model, data, { ...options, resume: { ...state, ...spoil(state) } }),
      ).rejects.toThrow(message);
      expect(weightsByName(model)).toEqual(before);
    });
  }

  it("what is no state is refused by name, when it is read and when it is written", async () => {
    const any = (value: unknown) => value as never;
    await refused(
      { resume: any(Promise.resolve(state)) },
      {},
      /resume must be a state .*got a promise: await it/,
    );
    await refused({ resume: any({}) }, {}, /resume must be a state that onCheckpoint gave/);
    await expect(saveTraining("/tmp/none", any(undefined))).rejects.toThrow(/saveTraining takes a state/);
    await expect(saveTrained("/tmp/none", any({ method: "lora" }))).rejects.toThrow(/what trainedNumbers/);
  });

  it("more epochs, and states from before seed and batch were kept, go on", async () => {
    const { seed: _, batch: __, ...old } = state;
    for (const resume of [state, old]) {
      const result = await fitModel(await small(), data, { ...options, epochs: 3, resume });
      expect(result.epochs).toHaveLength(3);
    }
  });
});

describe("a method goes on only from the weights that it makes", () => {
  const ways: Record<string, (model: LayersModel, seed: number) => Method> = {
    lora: (model, seed) => lora(model, { rank: 2, seed }),
    vera: (model, seed) => vera(model, { rank: 4, seed }),
    randomNetworks: (model, seed) => randomNetworks(model, { count: 3, seed }),
    randomSubspace: (model, seed) => randomSubspace(model, { dimension: 5, seed }),
    randomSubset: (model, seed) => randomSubset(model, { count: 7, seed }),
  };
  const options = { epochs: 2, batch: 5, learningRate: 0.05 };
  const other = /makes other weights of its parameters than those to go on from \(\S+\): build it after/;

  for (const [name, make] of Object.entries(ways)) {
    it(`${name}: resumed, not of another seed and not on what it made already`, async () => {
      const states: TrainingState[] = [];
      const whole = await small();
      const first = weightsByName(whole);
      const onCheckpoint = (state: TrainingState) => void states.push(state);
      await fitModel(whole, data, { ...options, method: own(make(whole, 1)), onCheckpoint });
      const [resume] = states;

      const model = await small();
      await fitModel(model, data, { ...options, method: own(make(model, 1)), resume });
      expect(weightsByName(model)).toEqual(weightsByName(whole));

      for (const [start, seed] of [
        [first, 2],
        [resume.weights, 1],
      ] as const) {
        // A low-rank update draws what it trains, and a random subset stays one on the weights that it made.
        if ((name === "lora" && seed === 2) || (name === "randomSubset" && seed === 1)) continue;
        restoreWeights(tf, model, start);
        const method = own(make(model, seed));
        const parameters = method.parameters.map((parameter) => parameter.dataSync());
        await expect(fitModel(model, data, { ...options, method, resume })).rejects.toThrow(
          // Subsets of other layers may have other sizes.
          name === "randomSubset" ? /expected sizes|makes other weights/ : other,
        );
        expect(weightsByName(model)).toEqual(start);
        expect(method.parameters.map((parameter) => parameter.dataSync())).toEqual(parameters);
      }
    });

    it(`${name}: not from weights that were put into the model after it`, async () => {
      const model = await small();
      const method = own(make(model, 1));
      const moved = Object.fromEntries(
        Object.entries(weightsByName(model)).map(([key, values]) => [
          key,
          values.map((value) => value + 0.1),
        ]),
      );
      restoreWeights(tf, model, moved);
      await expect(fitModel(model, data, { ...options, method })).rejects.toThrow(other);
      expect(weightsByName(model)).toEqual(moved);
    });
  }

  it("and only on the model that it was built of", async () => {
    const [one, two] = [await small(), await small()];
    for (const method of [unfrozenWeights(two), own(lora(two))]) {
      await expect(fitModel(one, data, { method })).rejects.toThrow(
        /no weight of this model: build it of this one/,
      );
    }
  });
});
