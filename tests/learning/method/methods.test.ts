import type { Tensor1D, Variable } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  type ChainModel,
  combine,
  countModelParameters,
  type Dataset,
  dataset,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  type Method,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreTrained,
  type Tensorflow,
  tensorflow,
  trainedBy,
  trainedNumbers,
  unfrozenWeights,
  vera,
  weightsByName,
} from "../../../src/learning";
import { methodOf } from "../../../src/learning/experiment/methodOf";
import { linksOf } from "../../../src/learning/passes/link";
import { passesOf } from "../../../src/learning/passes/passesOf";
import { disposedAfterEach } from "../../helpers/disposables";
import { METHOD_CASES, noise, smallNetwork } from "./methodCases";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { disposables, own } = disposedAfterEach();

const data = noise;
function small(): ChainModel {
  const model = smallNetwork(tf);
  disposables.push(model);
  return model;
}

type Case = {
  name: string;
  make: (model: ChainModel) => Method;
  trained: number;
  /** Names of the weights that may change. */
  changes: RegExp;
};
const cases: Case[] = [
  { name: "all weights", make: unfrozenWeights, trained: 327, changes: /./ },
  {
    name: "the weights of two blocks",
    make: (m) => {
      freeze(m, { train: ["a", "c"] });
      return unfrozenWeights(m);
    },
    trained: 76 + 8 + 21,
    changes: /^(a|c)\//,
  },
  { name: "biases", make: biasesOnly, trained: 13, changes: /bias$/ },
  {
    name: "LoRA in one layer, biases everywhere",
    make: (m) => combine(lora(m, { rank: 1, layers: ["b"] }), biasesOnly(m)),
    trained: 42 + 13,
    changes: /(b\/dense\/kernel|bias)$/,
  },
  ...METHOD_CASES.map(({ configuration, ...expected }) => ({
    name: configuration.name,
    make: (model: ChainModel) => methodOf(model, configuration, 0),
    ...expected,
  })),
];

for (const { name, make, trained, changes } of cases) {
  describe(name, () => {
    it(`trains ${trained} numbers and changes no weight but its own`, async () => {
      const model = small();
      const method = make(model);
      disposables.push(method);
      expect(trainedBy(method)).toBe(trained);
      const before = weightsByName(model);
      const result = await fitModel(model, data(), { epochs: 2, batch: 10, learningRate: 0.05, method });
      expect(result.trained).toBe(trained);
      const after = weightsByName(model);
      const changed = Object.keys(after).filter((key) =>
        after[key].some((value, i) => value !== before[key][i]),
      );
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.filter((key) => !changes.test(key))).toEqual([]);
    });

    it("starts at the model's own weights", () => {
      const model = small();
      const before = weightsByName(model);
      disposables.push(make(model));
      expect(weightsByName(model)).toEqual(before);
    });

    it("pulls gradients back to its parameters: central differences along them and along others", () => {
      const model = small();
      const method = make(model);
      // BatchNorm by the batch would make the loss in training another function than that in evaluation.
      for (const layer of model.layers) layer.trainable = false;
      const passes = passesOf(tf, linksOf(model));
      const { train } = data();
      const images = tf.tensor(train.images, [30, 5, 5, 2]);
      const labels = tf.tensor1d(Int32Array.from(train.labels), "int32") as Tensor1D;
      const batch = { images, labels };
      // Away from the start, where half of the derivatives vanish.
      method.parameters.forEach((parameter, i) => {
        tf.tidy(() =>
          parameter.assign(tf.add(parameter, tf.randomNormal(parameter.shape, 0, 0.3, "float32", 20 + i))),
        );
      });
      method.write();
      const { gradients } = passes.train(batch, method.carriers, { seed: 0, step: 0 });
      const pulled = method.pullback(gradients);
      disposables.push(method, passes, images, labels, ...pulled);
      expect(pulled.map(({ shape }) => shape)).toEqual(method.parameters.map(({ shape }) => shape));
      method.parameters.forEach((parameter: Variable, i) => {
        const start = parameter.clone();
        const noise = tf.randomNormal(parameter.shape, 0, 1, "float32", 50 + i);
        disposables.push(start, noise);
        const norm = tf.tidy(() => tf.norm(pulled[i]).arraySync() as number);
        // Else a gradient of zero would be as good as any.
        expect(norm, `parameter ${i}`).toBeGreaterThan(1e-3);
        for (const vector of [pulled[i], noise]) {
          const unit = tf.tidy(() => tf.div(vector, tf.norm(vector)));
          const h = 1e-3;
          const at = (by: number) => {
            tf.tidy(() => parameter.assign(tf.add(start, tf.mul(unit, by))));
            method.write();
            return passes.score(batch).loss / 30;
          };
          const slope = (at(h) - at(-h)) / (2 * h);
          parameter.assign(start);
          method.write();
          const expected = tf.tidy(() => tf.sum(tf.mul(unit, pulled[i])).arraySync() as number);
          unit.dispose();
          expect(Math.abs(slope - expected), `parameter ${i}`).toBeLessThan(0.03 * norm + 1e-4);
        }
      });
    });

    it("leaves a plain model: freed, it predicts as before, and nothing stays in memory", async () => {
      const model = small();
      const tensors = tf.memory().numTensors;
      const method = make(model);
      await fitModel(model, data(), { batch: 10, learningRate: 0.05, method });
      const x = tf.ones([2, 5, 5, 2]);
      const predict = () =>
        tf.tidy(() => Array.from((model.predict(x) as ReturnType<typeof tf.tensor>).dataSync()));
      const trainedPrediction = predict();
      // A direct method's parameters are the model's own and stay with it.
      method.dispose();
      expect(predict()).toEqual(trainedPrediction);
      x.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
}

it("methods combine in any order: the same layers are unfrozen, statistics move and the weights end alike", async () => {
  const norm = (m: ChainModel) => batchNormOnly(m);
  const adapted = (m: ChainModel) => lora(m, { rank: 1, layers: ["b"] });
  const block = (m: ChainModel) => {
    freeze(m, { train: ["a"] });
    return unfrozenWeights(m);
  };
  const pairs: [(m: ChainModel) => Method, (m: ChainModel) => Method, unfrozen: string[]][] = [
    [norm, adapted, ["a/bn"]],
    [block, adapted, ["a/conv", "a/bn", "a/relu", "a/flatten"]],
    [norm, headOnly, ["a/bn", "c/head"]],
  ];
  for (const [first, second, unfrozen] of pairs) {
    const run = async (makers: ((m: ChainModel) => Method)[]) => {
      const model = small();
      const method = combine(...makers.map((make) => make(model)));
      disposables.push(method);
      const mean = weightsByName(model)["a/bn/moving_mean"];
      await fitModel(model, data(), { epochs: 2, batch: 10, learningRate: 0.05, method });
      const free = model.layers.filter((layer) => method.unfrozen?.includes(layer)).map(({ name }) => name);
      expect(free).toEqual(unfrozen);
      expect(weightsByName(model)["a/bn/moving_mean"]).not.toEqual(mean);
      return weightsByName(model);
    };
    expect(await run([second, first])).toEqual(await run([first, second]));
  }
});

describe("several methods on one model", () => {
  const recipe = { epochs: 2, batch: 10, learningRate: 0.05 };
  const statistics = (model: ChainModel) =>
    Object.entries(weightsByName(model)).filter(([name]) => name.includes("moving"));
  const ways: [string, (m: ChainModel) => Method, (m: ChainModel) => Method, moves: boolean][] = [
    ["BatchNorm, then a low-rank update", batchNormOnly, (m) => lora(m, { rank: 1, layers: ["c"] }), true],
    ["a low-rank update, then BatchNorm", (m) => lora(m, { rank: 1, layers: ["c"] }), batchNormOnly, false],
    ["all weights, then the head", unfrozenWeights, headOnly, true],
  ];
  for (const [name, first, second, moves] of ways) {
    it(`each trains what it trains alone, whatever was made after it: ${name}`, async () => {
      const alone = small();
      const only = first(alone);
      const both = small();
      const method = first(both);
      const later = second(both);
      disposables.push(only, method, later);
      const before = statistics(both);
      await fitModel(alone, data(), { ...recipe, method: only });
      await fitModel(both, data(), { ...recipe, method });
      expect(weightsByName(both)).toEqual(weightsByName(alone));
      if (moves) expect(statistics(both)).not.toEqual(before);
      else expect(statistics(both)).toEqual(before);

      // What is stored of the first is whole, though the second freezes what the first moved.
      disposables.push(second(both));
      const numbers = trainedNumbers({ model: both, method });
      expect(numbers).toEqual(trainedNumbers({ model: alone, method: only }));
      const fresh = small();
      const again = first(fresh);
      disposables.push(again, second(fresh));
      restoreTrained({ model: fresh, method: again }, numbers);
      expect(weightsByName(fresh)).toEqual(weightsByName(both));
    });
  }

  it("that write to the same weights are switched by write(): the last one speaks", async () => {
    const model = small();
    const [digits, letters] = [1, 2].map((seed) => lora(model, { rank: 1, seed }));
    disposables.push(digits, letters);
    const start = weightsByName(model);
    await fitModel(model, data(), { ...recipe, method: digits });
    const after = weightsByName(model);
    expect(after).not.toEqual(start);
    letters.write();
    expect(weightsByName(model)).toEqual(start);
    await fitModel(model, data(), { ...recipe, method: letters });
    digits.write();
    expect(weightsByName(model)).toEqual(after);
  });
});

it("biases are those of LayerNorm too, and BatchNorm's shifts only where they are asked for", () => {
  const L = tf.layers;
  const model = own(
    tf.sequential({
      layers: [
        L.dense({ name: "a/dense", units: 4, inputShape: [3], useBias: false }),
        L.layerNormalization({ name: "a/layer-norm" }),
        L.batchNormalization({ name: "a/bn" }),
        L.dense({ name: "b/dense", units: 2 }),
      ],
    }),
  );
  const names = (batchNorm: boolean) => biasesOnly(model, { batchNorm }).carriers.map(({ size }) => size);
  expect(names(false)).toEqual([4, 2]);
  expect(names(true)).toEqual([4, 4, 2]);
});

describe("kernels by other names are kernels", () => {
  const head = () => tf.layers.dense({ name: "head", units: 3 });
  // Depthwise 3×3×2×2 (36), pointwise 1×1×4×4 (16), bias (4), slopes 3×3×4 (36), BatchNorm (8), dense 36→3 (111)
  const separable = () => {
    const L = tf.layers;
    const conv = { filters: 4, kernelSize: 3, depthMultiplier: 2, inputShape: [5, 5, 2] };
    const inner = [L.prelu({ name: "slopes" }), L.batchNormalization({ name: "bn" }), L.flatten()];
    return own(tf.sequential({ layers: [L.separableConv2d({ name: "conv", ...conv }), ...inner, head()] }));
  };
  // Embeddings 5×4 (20), LSTM 4×8, 2×8 and 8 (56), dense 2→3 (9)
  const recurrent = () => {
    const embedding = tf.layers.embedding({ name: "words", inputDim: 5, outputDim: 4, inputLength: 4 });
    return own(tf.sequential({ layers: [embedding, tf.layers.lstm({ name: "lstm", units: 2 }), head()] }));
  };
  const words = () => {
    const { train, ...parts } = data();
    const set = { ...train, images: train.images.subarray(0, 120).map((x) => Math.floor(2.5 * x + 2.5)) };
    return dataset({ ...parts, shape: [4], train: set, test: set });
  };
  const trainedNames = async (model: ChainModel, set: Dataset, method: Method) => {
    disposables.push(method);
    const before = weightsByName(model);
    await fitModel(model, set, { batch: 10, learningRate: 0.05, method });
    const after = weightsByName(model);
    return Object.keys(after).filter((name) => after[name].some((v, i) => v !== before[name][i]));
  };

  it("in LoRA, VeRA and random networks: depthwise, pointwise and recurrent ones, and embeddings", async () => {
    const makers: ((m: ChainModel) => Method)[] = [
      (m) => lora(m, { rank: 1 }),
      (m) => vera(m, { rank: 2 }),
      (m) => randomNetworks(m, { count: 3 }),
    ];
    const all = [makers.map((make) => make(separable())), makers.map((make) => make(recurrent()))];
    disposables.push(...all.flat());
    expect(all.map((methods) => methods.map(trainedBy))).toEqual([
      // A depthwise kernel is a matrix of 9 × 4.
      [9 + 4 + (4 + 4) + (36 + 3), 3 * 2 + 4 + 4 + 3, 3 * 3],
      [5 + 4 + (4 + 8) + (2 + 8) + (2 + 3), 4 * 2 + 4 + 8 + 8 + 3, 4 * 3],
    ]);
    for (const make of makers) {
      const [one, two] = [separable(), recurrent()];
      const kernels = ["conv/depthwise_kernel", "conv/pointwise_kernel", "head/kernel"];
      expect(await trainedNames(one, data(), make(one))).toEqual(kernels);
      const others = ["words/embeddings", "lstm/kernel", "lstm/recurrent_kernel", "head/kernel"];
      expect(await trainedNames(two, words(), make(two))).toEqual(others);
    }
  });

  it("a random subset is drawn from all that countModelParameters calls the total, slopes of PReLU too", async () => {
    for (const [make, set, total] of [
      [separable, data(), 203],
      [recurrent, words(), 85],
    ] as const) {
      const model = make();
      expect(countModelParameters(model).total).toBe(total);
      expect(() => randomSubset(model, { count: total + 1 })).toThrow(`from 1 to ${total}`);
      const names = await trainedNames(model, set, randomSubset(model, { count: total }));
      expect(names).toEqual(Object.keys(weightsByName(model)).filter((name) => !name.startsWith("bn/")));
    }
  });
});

it("LoRA's update has the rank it was given", async () => {
  const model = small();
  const before = tf.tidy(() => model.getLayer("b/dense").weights[0].read().clone());
  const method = lora(model, { rank: 2 });
  await fitModel(model, data(), { epochs: 3, batch: 10, learningRate: 0.05, method });
  const update = tf.tidy(
    () => tf.sub(model.getLayer("b/dense").weights[0].read(), before).arraySync() as number[][],
  );
  disposables.push(method, before);
  expect(rankOf(update)).toBe(2);
});

it.each([25, 319])(
  "the basis of a subspace of %i of 319 dimensions is orthonormal: distances in it are distances of the weights",
  (dimension) => {
    const model = small();
    const method = randomSubspace(model, { dimension });
    const before = weightsByName(model);
    const theta = Array.from({ length: dimension }, (_, i) => Math.sin(3 * i));
    tf.tidy(() => method.parameters[0].assign(tf.tensor1d(theta)));
    method.write();
    disposables.push(method);
    const after = weightsByName(model);
    const squares = Object.keys(after).flatMap((key) =>
      Array.from(after[key], (value, i) => (value - before[key][i]) ** 2),
    );
    const norm = (values: number[]) => values.reduce((a, b) => a + b, 0);
    expect(norm(squares)).toBeCloseTo(norm(theta.map((x) => x * x)), 3);
  },
);

it("a random subset is spread over the layers by their size", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 50; seed++) {
    const method = randomSubset(small(), { count: 32, seed });
    method.carriers.forEach(({ name }, i) => {
      const key = name.replace(/_\d+$/, "");
      counts.set(key, (counts.get(key) ?? 0) + method.parameters[i].size);
    });
    method.dispose();
  }
  // 1600 draws of 319 weights: the dense kernel with 216 of them expects 1083 ± 19.
  expect(Math.abs((counts.get("b/dense/kernel") as number) - (1600 * 216) / 319)).toBeLessThan(80);
});

it("two methods on the same weights, and numbers out of range, are refused", () => {
  const model = small();
  const weights = unfrozenWeights(model);
  const more = lora(model);
  disposables.push(more);
  expect(() => combine(weights, more)).toThrow(/Two of the methods change .*kernel/);
  expect(() => lora(model, { rank: 0 })).toThrow(/rank must be a whole number ≥ 1; got 0/);
  expect(() => randomSubset(model, { count: 320 })).toThrow(/from 1 to 319; got 320/);
  expect(() => randomSubspace(model, { dimension: 0.5 })).toThrow(/from 1 to 319; got 0.5/);
  expect(() => biasesOnly(model, { layers: ["a/flatten"] })).toThrow(
    /None of the selected layers has a bias/,
  );
});

/** Rank by Gaussian elimination with pivots above 1e-4 of the largest entry. */
function rankOf(matrix: number[][]): number {
  const rows = matrix.map((row) => [...row]);
  const tolerance = 1e-4 * Math.max(...rows.flat().map(Math.abs));
  let rank = 0;
  for (let column = 0; column < rows[0].length && rank < rows.length; column++) {
    const pivot = rows
      .slice(rank)
      .reduce(
        (best, row, i) => (Math.abs(row[column]) > Math.abs(rows[best][column]) ? rank + i : best),
        rank,
      );
    if (Math.abs(rows[pivot][column]) <= tolerance) continue;
    [rows[rank], rows[pivot]] = [rows[pivot], rows[rank]];
    for (let i = rank + 1; i < rows.length; i++) {
      const factor = rows[i][column] / rows[rank][column];
      for (let j = column; j < rows[0].length; j++) rows[i][j] -= factor * rows[rank][j];
    }
    rank++;
  }
  return rank;
}
