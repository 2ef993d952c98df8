import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-node";
import { describe, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  combine,
  confusionMatrix,
  cosineLearningRate,
  countByBlock,
  countByClass,
  countModelParameters,
  dataset,
  evaluate,
  exponentialLearningRate,
  type FitOptions,
  fit as fitModel,
  freeze,
  headOnly,
  leNet,
  lora,
  multilayerPerceptron,
  paperCNN,
  pick,
  predict,
  randomSubspace,
  reluNetworkModel,
  restoreTrained,
  restoreWeights,
  selectLabels,
  setFixedFilters,
  splitValidation,
  standardise,
  subset,
  tensorflow,
  trainedNumbers,
  trainS2,
  unfrozenWeights,
  weightsByName,
  withNewHead,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const small = async () => own(await multilayerPerceptron({ input: [2, 2, 1], classes: 2, hidden: [3] }));
const any = (value: unknown) => value as never;

describe("an option of fit of another type is refused before anything is built, with what came", () => {
  const cases: [FitOptions, RegExp][] = [
    [{ keepBest: any("yes") }, /^keepBest must be true or false; got "yes"/],
    [{ keepBest: any(1) }, /^keepBest must be true or false; got 1/],
    [{ dropLast: any("no") }, /^dropLast must be true or false; got "no"/],
    [{ epochs: any("3") }, /^epochs must be a whole number ≥ 1; got "3"/],
    [{ batch: any(null) }, /^batch must be a whole number ≥ 1; got null/],
    [{ seed: any("x") }, /^seed must be a whole number ≥ 0; got "x"/],
    [{ evaluateEvery: any(true) }, /^evaluateEvery must be a whole number ≥ 0; got true/],
    [{ patience: any("5") }, /^patience must be a whole number ≥ 1; got "5"/],
    [{ learningRate: any("0.1") }, /learning rate of epoch 1 must be a finite number ≥ 0; got "0.1"/],
    [{ learningRate: any(null) }, /learning rate of epoch 1 must be a finite number/],
    [{ optimizer: { beta1: any("0.9") } }, /^beta1 must be at least 0 and below 1; got "0.9"/],
    [{ optimizer: { weightDecay: any("1e-4") } }, /^weightDecay must be .*; got "1e-4"/],
    [{ optimizer: { epsilon: any(null) } }, /^epsilon must be .*; got null/],
    [{ optimizer: { decoupled: any("yes") } }, /^decoupled must be true or false; got "yes"/],
    [{ method: any(null) }, /^method must be made of the model, .* got null/],
    [{ method: any(lora) }, /^method must be made of the model, .* got function lora/],
    [{ cache: { memoryLimit: any("1e9") } }, /^memoryLimit must be a number of bytes ≥ 0; got "1e9"/],
    [{ cache: { folder: any(7) } }, /^cache.folder must be the path of a folder; got 7/],
    [
      { signal: any(new AbortController()) },
      /^signal must be an AbortSignal.*got an AbortController: give its signal/,
    ],
    [{ signal: any("stop") }, /^signal must be an AbortSignal.*got "stop"/],
    [{ signal: any(1) }, /^signal must be an AbortSignal.*got 1/],
    [{ signal: any(null) }, /^signal must be an AbortSignal.*got null/],
    [{ onStep: any("log") }, /^onStep must be a function; got "log"/],
    [{ onEpoch: any({}) }, /^onEpoch must be a function; got an object without fields/],
    [{ onCheckpoint: any("file") }, /^onCheckpoint must be a function; got "file"/],
    [{ resume: any(null) }, /^resume must be a state that onCheckpoint gave, or undefined.*got null/],
    [{ resume: any("my.training") }, /^resume must be a state .*got "my.training"/],
  ];
  for (const [options, message] of cases) {
    it(JSON.stringify(options), async () => {
      const model = await small();
      const [before, tensors] = [weightsByName(model), tf.memory().numTensors];
      await expect(fitModel(model, data, options)).rejects.toThrow(message);
      expect(tf.memory().numTensors).toBe(tensors);
      expect(weightsByName(model)).toEqual(before);
    });
  }
});

it("options of methods, schedules and models of another type or name are refused", async () => {
  const model = await small();
  const asked: [() => unknown, RegExp][] = [
    [() => biasesOnly(model, { batchNorm: any("no") }), /^batchNorm must be true or false; got "no"/],
    [() => combine(), /^combine takes methods made of the model: .*; got none/],
    [() => combine(headOnly(model), any("lora")), /got "lora"/],
    [() => combine(any([headOnly(model)])), /got \[an object with name, /],
    [() => randomSubspace(model, { dimension: any("3") }), /dimension must be a whole number .* got "3"/],
    [
      () => exponentialLearningRate(any({ start: 1, decay: 0.9 })),
      /exponentialLearningRate has no option decay/,
    ],
    [
      () => cosineLearningRate(any({ start: 1, epochs: 3, warmUp: 1 })),
      /cosineLearningRate has no option warmUp/,
    ],
  ];
  for (const [ask, message] of asked) expect(ask).toThrow(message);
  await expect(paperCNN(any({ dropOut: 0 }))).rejects.toThrow(
    /paperCNN has no option dropOut; those it has are seed, width/,
  );
  await expect(paperCNN({ width: any("2") })).rejects.toThrow(/width must be in \(0, 16\]; got "2"/);
  await expect(leNet(any({ inputs: [28, 28, 1] }))).rejects.toThrow(/leNet has no option inputs/);
  await expect(leNet({ input: any(28) })).rejects.toThrow(
    /input must be the height, width and channels .* got 28/,
  );
  await expect(multilayerPerceptron(any({ units: [3] }))).rejects.toThrow(/has no option units/);
  await expect(multilayerPerceptron({ hidden: any(200) })).rejects.toThrow(
    /hidden must be a list .* got 200/,
  );
});

describe("what is no data set, or not the one that is asked for, is named, and what to do is said", () => {
  const xs = tf.data.array([1, 2]);
  const kinds: [string, () => unknown, RegExp][] = [
    ["tf.data", () => xs.batch(2), /got a dataset of tf.data: collect its images in a Float32Array/],
    ["a zip of tf.data", () => tf.data.zip({ xs, ys: xs }), /got a dataset of tf.data/],
    ["a promise", () => Promise.resolve(data), /got a promise: await it/],
    ["a tensor", () => own(tf.zeros([3, 2, 2, 1])), /got a tensor: take its values by dataSync/],
    ["nothing", () => undefined, /got undefined/],
    ["an array", () => [1, 2], /got \[1, 2\]/],
    ["floats", () => new Float32Array(8), /got Float32Array/],
  ];
  for (const [name, make, message] of kinds) {
    it(name, async () => {
      const [model, wrong] = [await small(), any(make())];
      const tensors = tf.memory().numTensors;
      await expect(fitModel(model, wrong)).rejects.toThrow(message);
      await expect(evaluate(model, wrong)).rejects.toThrow(message);
      await expect(predict(model, wrong)).rejects.toThrow(message);
      expect(tf.memory().numTensors).toBe(tensors);
    });
  }

  it("a set for a data set and a data set for a set", async () => {
    const model = await small();
    await expect(fitModel(model, any(data.train))).rejects.toThrow(/^Expected a data set, as dataset\(/);
    await expect(evaluate(model, any(data))).rejects.toThrow(
      /evaluate: .* got a whole data set: give a part of it, such as data.test/,
    );
    await expect(predict(model, any(data))).rejects.toThrow(
      /predict: expected \{ images \}.* got a whole data set/,
    );
  });

  it("a part of a data set that is no set, by its name, and labels that are missing", async () => {
    const model = await small();
    const stream = tf.data.zip({ xs: tf.data.array([[1]]), ys: tf.data.array([0]) });
    for (const part of ["train", "test", "validation"] as const) {
      await expect(fitModel(model, { ...data, [part]: any(stream) })).rejects.toThrow(
        new RegExp(`^squares, ${part}: expected \\{ images, labels \\}.* got a dataset of tf.data: collect`),
      );
      await expect(
        fitModel(model, { ...data, [part]: { images: data.train.images } as never }),
      ).rejects.toThrow(new RegExp(`^squares, ${part}: labels must be a Uint8Array.* got undefined`));
    }
    await expect(evaluate(model, { images: data.train.images } as never)).rejects.toThrow(
      /^evaluate: labels must be a Uint8Array/,
    );
  });

  it("what is no data set, in all that is done to one before a training", () => {
    const stream = tf.data.array([1]);
    for (const make of [standardise, splitValidation, (set: never) => selectLabels(set, [0])]) {
      expect(() => make(any(stream))).toThrow(/^Expected a data set, .* got a dataset of tf.data: collect/);
      expect(() => make(any(Promise.resolve(data)))).toThrow(
        /^Expected a data set, .* got a promise: await it/,
      );
    }
    expect(() => subset(any(undefined), { train: 1 })).toThrow(/^Expected a data set, .* got undefined/);
    expect(() => selectLabels(data, any(0))).toThrow(/^labels must be a list of labels; got 0/);
    expect(() => pick(any(data), [0])).toThrow(/^pick: .* got a whole data set: give a part of it/);
    expect(() => countByClass(any(stream), 2)).toThrow(/^countByClass: .* got a dataset of tf.data/);
  });

  it("a missing test set is left out, and said where a part of it is wanted", () => {
    const { test: _, ...rest } = data;
    const without = { ...rest, standardised: undefined } as never;
    expect(standardise(without).test).toBeUndefined();
    expect(selectLabels(without, [0]).test).toBeUndefined();
    expect(subset(without, { train: 2 }).train.labels).toHaveLength(2);
    expect(() => subset(without, { test: 2 })).toThrow(/has no test set: .* or leave the option test out/);
  });

  it("a test set is missing only where it is asked for", async () => {
    const { test: _, ...rest } = data;
    const without = dataset(any({ ...rest, test: undefined }));
    const model = await small();
    await expect(fitModel(model, without)).rejects.toThrow(
      /^squares has no test set: .* or evaluateEvery: 0/,
    );
    expect((await fitModel(model, without, { evaluateEvery: 0 })).steps).toBe(1);
    await expect(fitModel(model, { ...data, train: any(undefined) })).rejects.toThrow(
      /^squares has no train set/,
    );
  });
});

describe("what is no model of layers is refused at each door", () => {
  const graph = () => {
    class GraphModel {
      inputs = [{ name: "x", shape: [-1, 4] }];
      outputs = [{ name: "y", shape: [-1, 2] }];
      execute() {}
    }
    return new GraphModel();
  };
  const gone = () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    model.dispose();
    return model;
  };
  const kinds: [string, () => unknown, RegExp][] = [
    ["a model that is gone", gone, /The model was disposed of: build or load it anew/],
    ["a GraphModel", graph, /got a GraphModel, whose weights are constants of a graph .* tf.loadLayersModel/],
    ["a Sequential without layers", () => tf.sequential(), /got a model that is not built: give it layers/],
    ["a promise", () => Promise.resolve(tf.sequential()), /got a promise: await it/],
    ["a layer", () => tf.layers.dense({ units: 2 }), /got Dense/],
    ["a name", () => "model.json", /got "model.json"/],
    ["nothing", () => undefined, /got undefined/],
  ];
  const doors: Record<string, (model: LayersModel) => unknown> = {
    fit: (m) => fitModel(m, data),
    evaluate: (m) => evaluate(m, data.test),
    predict: (m) => predict(m, data.test),
    freeze: (m) => freeze(m, { train: "all" }),
    lora: (m) => lora(m),
    headOnly,
    biasesOnly: (m) => biasesOnly(m),
    batchNormOnly: (m) => batchNormOnly(m),
    unfrozenWeights,
    weightsByName,
    restoreWeights: (m) => restoreWeights(tf, m, {}),
    countModelParameters,
    countByBlock,
    setFixedFilters,
    withNewHead: (m) => withNewHead(m, { classes: 2 }),
    trainS2: (m) => trainS2(m, data),
  };
  for (const [name, make, message] of kinds) {
    it.each(Object.keys(doors))(`${name}: %s`, async (door) => {
      const model = any(make());
      await expect((async () => doors[door](model))()).rejects.toThrow(message);
    });
  }

  it("whether a model is compiled does not matter", async () => {
    const [plain, compiled] = [await small(), await small()];
    compiled.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await fitModel(plain, data);
    await fitModel(compiled, data);
    expect(weightsByName(compiled)).toEqual(weightsByName(plain));
    compiled.optimizer.dispose();
  });
});

it("the second part of S2 is checked before the hours of the first", async () => {
  const model = await small();
  const before = weightsByName(model);
  const asked: [object, RegExp][] = [
    [{ train: ["nope"] }, /"nope" fits no layer/],
    [{ cache: "yes" }, /cache takes an object of options/],
    [{ pretrain: "long" }, /pretrain must be an object of fit's options; got "long"/],
    [{ onCheckpoint: 3 }, /onCheckpoint must be a function; got 3/],
  ];
  for (const [options, message] of asked) {
    await expect(
      trainS2(model, data, any({ train: ["head"], pretrainLabels: [0], ...options })),
    ).rejects.toThrow(message);
  }
  expect(weightsByName(model)).toEqual(before);
});

it("several outputs, lists that are none and methods that are gone are refused with what to do", async () => {
  const input = tf.input({ shape: [2, 2, 1] });
  const flat = tf.layers.flatten().apply(input);
  const ends = [1, 2].map(() => tf.layers.dense({ units: 2 }).apply(flat) as SymbolicTensor);
  const model = own(tf.model({ inputs: input, outputs: ends }));
  await expect(fitModel(model, data)).rejects.toThrow(/got 1 and 2: join them .*outputs: model.outputs\[0\]/);
  const part = tf.model({ inputs: model.inputs[0], outputs: model.outputs[0] });
  expect((await fitModel(part, data)).steps).toBe(1);
  expect(() => confusionMatrix(any(undefined), [1], ["a", "b"])).toThrow(
    /truth must be a list; got undefined/,
  );
  expect(() => confusionMatrix([1], any(own(tf.zeros([1]))), ["a", "b"])).toThrow(
    /predicted must be a list; got Tensor/,
  );
  await expect(reluNetworkModel(any({}))).rejects.toThrow(/Expected a ReLU network/);
  await expect(trainS2(part, data, any(null))).rejects.toThrow(/takes an object of options .* got null/);
  const method = lora(part);
  method.dispose();
  method.dispose();
  expect(() => method.write()).toThrow(/lora\(4\) was disposed of: make it anew/);
});

it("stored numbers of another kind are refused by name", async () => {
  const model = await small();
  const method = own(lora(model));
  expect(() => restoreWeights(tf, model, any(undefined))).toThrow(
    /must be what weightsByName\(model\) gave; got undefined/,
  );
  expect(() => restoreTrained({ model, method }, any(undefined))).toThrow(
    /what trainedNumbers\(\{ model, method \}\) gave.*got undefined/,
  );
  expect(() => restoreTrained({ model, method }, any(Promise.resolve()))).toThrow(/got a promise: await it/);
  expect(() => trainedNumbers({ model, method: any("lora") })).toThrow(
    /method must be made of the model, .* got "lora"/,
  );
});
