import { describe, expect, it } from "vitest";
import {
  type ChainModel,
  cosineLearningRate,
  type Dataset,
  dataset,
  evaluate,
  exponentialLearningRate,
  type FitOptions,
  type FrozenBehaviour,
  fit as fitModel,
  freeze,
  lora,
  type Method,
  multilayerPerceptron,
  normals,
  paperCNN,
  paperLearningRate,
  randomGenerator,
  type Tensorflow,
  type TrainingState,
  tensorflow,
  unfrozenWeights,
  weightsByName,
} from "../../../src/learning";
import { activityOf } from "../../../src/learning/model/activity";
import { frozenPrefix, linksOf } from "../../../src/learning/passes/link";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import { nativeHandles } from "../../helpers/nativeHandles";

const tf: Tensorflow = await tensorflow();
const { own } = disposedAfterEach();
const small = async (seed = 0) => own(await paperCNN({ width: 0.125, seed, classes: 4 }));

/** Four bright bars on noise: learnt within a few steps. */
function bars(train: number, test = 40): Dataset {
  const set = (count: number, seed: number) => {
    const noise = normals(count * 784, randomGenerator(seed));
    const images = Float32Array.from(noise, (x, i) => {
      const label = Math.floor(i / 784) % 4;
      return x + (Math.floor((i % 784) / 196) === label ? 1.5 : 0);
    });
    return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 4) };
  };
  const parts = { train: set(train, 1), test: set(test, 2), validation: set(20, 3) };
  return dataset({
    name: "bars",
    shape: [28, 28, 1],
    classes: ["a", "b", "c", "d"],
    checksums: {},
    ...parts,
  });
}

const changed = (before: Record<string, Float32Array>, model: ChainModel) => {
  const after = weightsByName(model);
  return Object.keys(after).filter((name) => after[name].some((value, i) => value !== before[name][i]));
};
const inBlocks = (names: string[], ...blocks: number[]) =>
  names.filter((name) => blocks.includes(Number(name[5])));

it("learns what can be learnt, and reports it", async () => {
  const model = await small();
  const data = bars(160);
  const steps: number[] = [];
  const result = await fitModel(model, data, {
    epochs: 8,
    batch: 16,
    learningRate: 0.01,
    onStep: ({ step }) => void steps.push(step),
  });
  expect(steps).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  expect(result).toMatchObject({ steps: 80, aborted: false });
  expect(result.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(result.epochs[7].loss).toBeLessThan(result.epochs[0].loss);
  expect(result.last?.testAccuracy).toBeGreaterThan(0.9);
  expect(result.best?.testAccuracy).toBe(
    Math.max(...result.epochs.map((record) => record.testAccuracy as number)),
  );
  const top = Math.max(...result.epochs.map((record) => record.validationAccuracy as number));
  const first = result.epochs.find((record) => record.validationAccuracy === top);
  expect(result.selected).toEqual({ epoch: first?.epoch, testAccuracy: first?.testAccuracy });
  const score = await evaluate(model, data.test);
  expect(score.accuracy).toBe(result.last?.testAccuracy);
});

it("equal seeds give equal weights bit for bit, another seed others", async () => {
  const run = async (seed: number) => {
    const model = await small();
    await fitModel(model, bars(96), { epochs: 2, batch: 32, seed, evaluateEvery: 0 });
    return weightsByName(model);
  };
  const one = await run(1);
  expect(await run(1)).toEqual(one);
  expect(await run(2)).not.toEqual(one);
});

describe("what is frozen stays bit for bit as it was", () => {
  it("Blocks 1 and 3, statistics included, while every weight and statistic of Blocks 2 and 4 changes", async () => {
    const model = await small();
    const counts = freeze(model, { train: [2, 4] });
    const before = weightsByName(model);
    const result = await fitModel(model, bars(96), { epochs: 2, batch: 32 });
    const names = Object.keys(before);
    expect(changed(before, model).sort()).toEqual(inBlocks(names, 2, 4).sort());
    expect(result.trained).toBe(counts.trainedWithBatchNorm);
  });

  it("statistics and drop-out of frozen parts can be asked to go on", async () => {
    const model = await small();
    freeze(model, { train: [4] });
    const before = weightsByName(model);
    await fitModel(model, bars(96), { batch: 32, frozen: { statistics: "moving" } });
    const moved = inBlocks(changed(before, model), 1, 2, 3);
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((name) => name.includes("moving_"))).toBe(true);

    const losses = async (frozen: object) => {
      const twin = await small();
      freeze(twin, { train: [4] });
      return (await fitModel(twin, bars(96), { batch: 32, evaluateEvery: 0, frozen })).epochs[0].loss;
    };
    expect(await losses({ dropout: "on" })).not.toBe(await losses({}));
    expect(await losses({})).toBe(await losses({ dropout: "off" }));
  });

  it("freezing and unfreezing needs no recompiling", async () => {
    const model = await small();
    freeze(model, { train: [4] });
    await fitModel(model, bars(64), { batch: 32, evaluateEvery: 0 });
    freeze(model, { train: "all" });
    const before = weightsByName(model);
    await fitModel(model, bars(64), { batch: 32, evaluateEvery: 0 });
    expect(changed(before, model).sort()).toEqual(Object.keys(before).sort());
  });

  it("a selection that fits nothing is refused, and so is training nothing", async () => {
    const model = await small();
    expect(() => freeze(model, { train: [5] })).toThrow(
      /5 fits no layer; the blocks are block1, block2, block3, block4/,
    );
    freeze(model, { train: ["block4/softmax"] });
    await expect(fitModel(model, bars(32))).rejects.toThrow(/every layer is frozen/);
  });
});

describe("cached features of the frozen layers give the same training", () => {
  const blocks = (model: ChainModel, ...train: number[]) => {
    freeze(model, { train });
    return unfrozenWeights(model);
  };
  const upper = (model: ChainModel) => blocks(model, 2, 4);
  const last = (model: ChainModel) => blocks(model, 4);
  type Case = [string, (model: ChainModel) => Method, FrozenBehaviour];
  const cases: Case[] = [
    ["weights of two blocks", upper, {}],
    ["while the statistics of frozen layers move", last, { statistics: "moving" }],
    ["while frozen layers drop out", last, { dropout: "on" }],
    ["while frozen layers do both", last, { statistics: "moving", dropout: "on" }],
    ["an adapter on the last block", (model) => lora(model, { rank: 2, layers: [4] }), {}],
  ];
  for (const [name, make, frozen] of cases) {
    it(name, async () => {
      const run = async (options: FitOptions) => {
        const model = await small();
        const method = make(model);
        const { epochs } = await fitModel(model, bars(160), { epochs: 3, batch: 32, method, ...options });
        method.dispose();
        return { epochs: epochs.map(({ seconds, ...numbers }) => numbers), weights: weightsByName(model) };
      };
      const [plain, cached] = [await run({ frozen }), await run({ frozen, cache: true })];
      if (isNative()) expect(cached).toEqual(plain);
      for (const [weight, values] of Object.entries(plain.weights)) {
        const worst = values.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - cached.weights[weight][i])),
          0,
        );
        expect(worst, weight).toBeLessThan(1e-6);
      }
      // What frozen layers still do was done: they would train to other numbers without.
      if (Object.keys(frozen).length > 0)
        expect((await run({ cache: true })).weights).not.toEqual(cached.weights);
    });
  }

  it("but what frozen layers draw or move anew in each step is no feature: only what comes before it is cached", async () => {
    const model = await small();
    const { carriers } = last(model);
    const cachedUpTo = (frozen: FrozenBehaviour) => {
      const links = linksOf(model, activityOf(model, frozen));
      return links[frozenPrefix(links, new Set(carriers))].layer;
    };
    expect(cachedUpTo({}).split("/")[0]).toBe("block4");
    expect(cachedUpTo({ statistics: "moving" })).toBe("block1/conv1-bn");
    expect(cachedUpTo({ dropout: "on" })).toBe("block1/conv2-dropout");
  });
});

for (const cache of [false, true]) {
  it(`resumed from any epoch's state, ${cache ? "cached features included, " : ""}it ends bit for bit where the uninterrupted training does`, async () => {
    const options = { epochs: 3, batch: 32, seed: 7, cache };
    const made = async (seed: number) => {
      const model = await small(seed);
      if (cache) freeze(model, { train: [2, 4] });
      return model;
    };
    const states: TrainingState[] = [];
    const whole = await made(0);
    const result = await fitModel(whole, bars(96), {
      ...options,
      onCheckpoint: (state) => void states.push(state),
    });
    expect(states).toHaveLength(3);
    for (const state of states.slice(0, 2)) {
      const model = await made(99);
      const resumed = await fitModel(model, bars(96), { ...options, resume: state });
      expect(weightsByName(model)).toEqual(weightsByName(whole));
      const numbers = (r: typeof result) => r.epochs.map(({ seconds, ...rest }) => rest);
      expect(numbers(resumed)).toEqual(numbers(result));
    }
  });
}

describe("an abort signal", () => {
  it("stops within one step and gives what there is", async () => {
    const controller = new AbortController();
    let steps = 0;
    const result = await fitModel(await small(), bars(96), {
      epochs: 5,
      batch: 32,
      signal: controller.signal,
      onStep: ({ step }) => {
        steps = step;
        if (step === 4) controller.abort();
      },
    });
    expect(steps).toBe(4);
    expect(result).toMatchObject({ aborted: true, steps: 4 });
    expect(result.epochs).toHaveLength(1);
  });

  it("already aborted lets no step happen", async () => {
    const model = await small();
    const before = weightsByName(model);
    const result = await fitModel(model, bars(32), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ aborted: true, steps: 0, epochs: [] });
    expect(changed(before, model)).toEqual([]);
  });

  it("from a timer is heard: training leaves room for events", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const result = await fitModel(await small(), bars(96), {
      epochs: 1000,
      batch: 32,
      signal: controller.signal,
    });
    expect(result.aborted).toBe(true);
  });
});

it("leaves no tensor behind: finished, aborted, or thrown out of", async () => {
  const model = await small();
  const data = bars(96);
  await fitModel(model, data, { batch: 32 });
  const before = tf.memory().numTensors;
  await fitModel(model, data, { batch: 32, epochs: 2 });
  expect(tf.memory().numTensors).toBe(before);
  await fitModel(model, data, { batch: 32, signal: AbortSignal.abort() });
  expect(tf.memory().numTensors).toBe(before);
  freeze(model, { train: [2, 4] });
  await fitModel(model, data, { batch: 32, cache: true });
  expect(tf.memory().numTensors).toBe(before);
  const stop = () => {
    throw new Error("out");
  };
  await expect(fitModel(model, data, { batch: 32, onStep: stop })).rejects.toThrow("out");
  expect(tf.memory().numTensors).toBe(before);
});

it.skipIf(!isNative())(
  "leaves no native handle or resource behind, of moments and cached features too",
  async () => {
    const model = await small();
    freeze(model, { train: [2, 4] });
    const data = bars(96);
    const train = async (cache: boolean) => {
      const method = cache ? lora(model, { rank: 2, layers: [4] }) : unfrozenWeights(model);
      await fitModel(model, data, { batch: 32, keepBest: true, method, cache });
      method.dispose();
    };
    for (const cache of [false, true]) {
      await train(cache);
      const { handles, resources } = await nativeHandles(tf, () => train(cache));
      expect(handles.freed).toBe(handles.made);
      expect(resources.freed).toBe(resources.made);
      // One for each set of features; three for each group of variables, where the moments are not in tensors of ours.
      const ofMoments = new NativeOps(tf).hasOwn ? 0 : 3;
      expect(resources.made).toBeGreaterThanOrEqual(ofMoments + (cache ? 1 : 0));
    }
  },
);

it("a loss that is no number stops the training with a reason", async () => {
  const model = await small();
  await expect(fitModel(model, bars(96), { epochs: 20, batch: 32, learningRate: 1e30 })).rejects.toThrow(
    /The loss is .* lower the learning rate/,
  );
});

it("bytes, foreign shapes and wrong numbers are refused", async () => {
  const model = await small();
  const data = bars(32);
  const bytes = { images: new Uint8Array(784), labels: Uint8Array.of(0) };
  await expect(fitModel(model, { ...data, train: bytes })).rejects.toThrow(/call standardise/);
  await expect(fitModel(model, { ...data, shape: [14, 56, 1] })).rejects.toThrow(/28×28×1; bars has 14×56×1/);
  await expect(fitModel(model, data, { epochs: 0 })).rejects.toThrow(
    /epochs must be a whole number ≥ 1; got 0/,
  );
  await expect(fitModel(model, data, { learningRate: () => Number.NaN })).rejects.toThrow(
    /learning rate of epoch 1 .* got NaN/,
  );
});

describe("the best weights by validation", () => {
  // A rate that grows a hundredfold spoils what the first epochs learnt.
  const spoiling = {
    epochs: 6,
    batch: 16,
    learningRate: (epoch: number) => (epoch <= 3 ? 0.004 : 0.4),
  };

  it("are those of the epoch with the largest validation accuracy, and predict as they did then", async () => {
    const model = await small();
    const data = bars(160);
    const seen: Record<string, Float32Array>[] = [];
    const options = { ...spoiling, keepBest: true, onEpoch: () => void seen.push(weightsByName(model)) };
    const { selected, last } = await fitModel(model, data, options);
    expect(selected?.epoch).toBeLessThan(6);
    expect(weightsByName(model)).toEqual(seen[(selected?.epoch as number) - 1]);
    expect(weightsByName(model)).not.toEqual(seen[5]);
    expect((await evaluate(model, data.test)).accuracy).toBe(selected?.testAccuracy);
    expect(last?.epoch).toBe(6);
  });

  it("end the training when they are `patience` epochs old, resumed or not", async () => {
    const data = bars(160);
    const states: TrainingState[] = [];
    const options = { ...spoiling, epochs: 20, keepBest: true, patience: 2 };
    const model = await small();
    const onCheckpoint = (state: TrainingState) => void states.push(state);
    const { epochs, selected } = await fitModel(model, data, { ...options, onCheckpoint });
    expect(epochs).toHaveLength((selected?.epoch as number) + 2);
    const resumed = await small(5);
    const again = await fitModel(resumed, data, { ...options, resume: states[selected?.epoch as number] });
    expect(again.epochs).toHaveLength(epochs.length);
    expect(weightsByName(resumed)).toEqual(weightsByName(model));
  });

  it("end it after an epoch that was evaluated, which `last` tells of, resumed or not", async () => {
    const data = bars(32);
    const states: TrainingState[] = [];
    const onCheckpoint = (state: TrainingState) => void states.push(state);
    // Nothing is learnt, so the first evaluation, of epoch 3, stays the best.
    const options = { epochs: 20, batch: 32, learningRate: 0, evaluateEvery: 3, patience: 1 };
    const model = own(await multilayerPerceptron({ hidden: [4], classes: 4 }));
    const { epochs, last } = await fitModel(model, data, { ...options, onCheckpoint });
    expect(epochs).toHaveLength(6);
    expect(last).toEqual({ epoch: 6, testAccuracy: (await evaluate(model, data.test)).accuracy });
    for (const resume of states.slice(3)) {
      expect((await fitModel(model, data, { ...options, resume })).epochs).toHaveLength(6);
    }
  });

  it("need a validation set", async () => {
    const model = await small();
    const { validation: _, ...rest } = bars(16);
    await expect(fitModel(model, dataset(rest), { keepBest: true })).rejects.toThrow(/need a validation set/);
    await expect(fitModel(model, bars(16), { patience: 0 })).rejects.toThrow(
      /patience must be a whole number/,
    );
  });
});

it("the paper's learning rate falls by 7 % an epoch from 0.002", () => {
  expect(paperLearningRate(1)).toBe(0.002);
  expect(paperLearningRate(11) / paperLearningRate(10)).toBeCloseTo(0.93, 12);
  const same = exponentialLearningRate({ start: 0.002, factor: 0.93 }) as (epoch: number) => number;
  for (const epoch of [1, 2, 30]) expect(same(epoch)).toBe(paperLearningRate(epoch));
});

it("a cosine schedule rises in equal steps, falls to its end and never below", () => {
  const rate = cosineLearningRate({ start: 1, end: 0.1, epochs: 10, warmup: 3 }) as (epoch: number) => number;
  const rates = Array.from({ length: 12 }, (_, i) => rate(i + 1));
  expect(rates.slice(0, 4)).toEqual([0.25, 0.5, 0.75, 1]);
  for (let i = 4; i < 10; i++) expect(rates[i]).toBeLessThan(rates[i - 1]);
  expect(rates[6]).toBeCloseTo(0.55, 12);
  expect(rates.slice(9)).toEqual([rates[9], rates[9], rates[9]]);
  expect(rates[9]).toBeCloseTo(0.1, 12);
  expect(() => cosineLearningRate({ start: 1, epochs: 2, warmup: 2 })).toThrow(
    /warmup < epochs; got 2 and 2/,
  );
});
