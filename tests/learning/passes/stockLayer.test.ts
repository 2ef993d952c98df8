import type { LayersModel, layers, Tensor, Tensor1D, Variable } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  biasesOnly,
  dataset,
  evaluate,
  type FitOptions,
  fit as fitModel,
  freeze,
  lora,
  predict,
  type Tensorflow,
  tensorflow,
  trainedBy,
  unfrozenWeights,
  weightsByName,
} from "../../../src/learning";
import { linksOf } from "../../../src/learning/passes/link";
import { passesOf } from "../../../src/learning/passes/passesOf";
import { checkLayers } from "../../../src/learning/passes/stockLayer";
import { disposedAfterEach } from "../../helpers/disposables";
import { greys } from "../../helpers/greys";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();
const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });

/** A residual block with BatchNorm, drop-out and two activations, between a stem and a head: a graph, no chain. */
function residual({ dropout = 0 } = {}): LayersModel {
  const L = tf.layers;
  const input = tf.input({ shape: [6, 6, 1], name: "input" });
  const conv = (name: string, seed: number) =>
    L.conv2d({ name, filters: 3, kernelSize: 3, padding: "same", activation: "tanh", ...seeded(seed) });
  const stem = conv("stem/conv", 1).apply(input) as typeof input;
  const normed = L.batchNormalization({ name: "body/bn", momentum: 0.5 }).apply(stem) as typeof input;
  const dropped = L.dropout({ name: "body/dropout", rate: dropout }).apply(normed) as typeof input;
  const sum = L.add({ name: "body/add" }).apply([stem, conv("body/conv", 2).apply(dropped) as typeof input]);
  const pooled = L.globalAveragePooling2d({ name: "head/pool" } as never).apply(sum) as typeof input;
  const output = L.dense({ name: "head/dense", units: 3, activation: "softmax", ...seeded(3) }).apply(pooled);
  return own(tf.model({ inputs: input, outputs: output as typeof input }));
}

/** A chain with layers that have no passes of their own here. */
function pooledChain(): LayersModel {
  const L = tf.layers;
  return own(
    tf.sequential({
      layers: [
        L.separableConv2d({
          name: "a/conv",
          inputShape: [6, 6, 1],
          filters: 4,
          kernelSize: 3,
          depthwiseInitializer: tf.initializers.glorotUniform({ seed: 4 }),
          pointwiseInitializer: tf.initializers.glorotUniform({ seed: 5 }),
        }),
        L.averagePooling2d({ name: "a/pool", poolSize: 2 }),
        L.flatten({ name: "a/flatten" }),
        L.dense({ name: "b/dense", units: 8, activation: "elu", ...seeded(6) }),
        L.dense({ name: "c/dense", units: 3, ...seeded(7) }),
        L.softmax({ name: "c/softmax" }),
      ],
    }),
  );
}

/** Nested chains in the first and in later places, one with BatchNorm and drop-out, after an explicit input. */
function nested(): LayersModel {
  const L = tf.layers;
  const conv = (name: string, filters: number, seed: number) =>
    L.conv2d({ name, filters, kernelSize: 3, activation: "tanh", ...seeded(seed) });
  const first = tf.sequential({ name: "a" });
  first.add(L.inputLayer({ inputShape: [6, 6, 1] }));
  first.add(conv("a/conv", 3, 11));
  const middle = tf.sequential({ name: "b_dense" });
  middle.add(L.inputLayer({ inputShape: [48] }));
  middle.add(L.dense({ name: "b/dense", units: 8, activation: "tanh", ...seeded(12) }));
  const end = tf.sequential({ name: "c_dense" });
  end.add(L.dense({ name: "c/dense", inputShape: [8], units: 3, activation: "softmax", ...seeded(13) }));
  return own(tf.sequential({ layers: [first, L.flatten({ name: "a/flatten" }), middle, end] }));
}

/** One dense layer in two places of a chain, and drop-out (of rate 0) in two. */
function twice(): LayersModel {
  const L = tf.layers;
  const shared = L.dense({ name: "b/dense", units: 36, activation: "tanh", ...seeded(14) });
  const dropout = L.dropout({ name: "b/dropout", rate: 0 });
  return own(
    tf.sequential({
      layers: [
        L.flatten({ name: "a/flatten", inputShape: [6, 6, 1] }),
        ...[shared, dropout, shared, dropout],
        L.dense({ name: "c/dense", units: 3, activation: "softmax", ...seeded(15) }),
      ],
    }),
  );
}

const trainOn = (model: LayersModel, options: FitOptions = {}) =>
  fitModel(model, greys(), { epochs: 2, batch: 20, learningRate: 0.05, ...options });
const batch = () => {
  const { train } = greys(9);
  return {
    images: own(tf.tensor(train.images, [9, 6, 6, 1])),
    labels: own(tf.tensor1d([...train.labels], "int32")) as Tensor1D,
  };
};

for (const [name, make] of [
  ["a graph with a residual connection", residual],
  ["a chain of layers without passes of their own", pooledChain],
  ["a chain with chains in it", nested],
  ["a chain with one layer in two places", twice],
] as const) {
  describe(name, () => {
    it("has the loss of its own predictions: the softmax is in it once", async () => {
      const model = make();
      const { test } = greys();
      const { loss, accuracy } = await evaluate(model, test);
      const p = own(
        model.predict(own(tf.tensor(test.images, [60, 6, 6, 1]))) as Variable,
      ).arraySync() as number[][];
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      expect(loss).toBeCloseTo(mean(p.map((row, i) => -Math.log(row[test.labels[i]]))), 5);
      expect(accuracy).toBeCloseTo(
        mean(p.map((row, i) => Number(row.indexOf(Math.max(...row)) === test.labels[i]))),
      );
    });

    it("has gradients that are the slopes of the loss", () => {
      const model = make();
      freeze(model, { train: [/conv|dense/] });
      const wanted = model.layers
        .filter(({ trainable }) => trainable)
        .flatMap(({ weights }) => weights.map((weight) => weight.read() as Variable));
      const passes = passesOf(tf, linksOf(model));
      const data = batch();
      const draw = { seed: 1, step: 0 };
      const { gradients } = passes.train(data, wanted, draw);
      wanted.forEach((variable, i) => {
        const values = variable.dataSync().slice();
        const gradient = gradients[i].dataSync();
        const norm = Math.hypot(...gradient);
        const shifted = (by: number) => {
          variable.assign(
            own(
              tf.tensor(
                values.map((v, j) => v + (by * gradient[j]) / norm),
                variable.shape,
              ),
            ),
          );
          return passes.score(data).loss / 9;
        };
        const slope = (shifted(0.01) - shifted(-0.01)) / 0.02;
        shifted(0);
        expect(Math.abs(slope - norm), variable.name).toBeLessThan(0.02 * norm + 1e-4);
      });
      for (const gradient of gradients) gradient.dispose();
    });

    it("learns, repeats for equal seeds, and leaves no tensor behind", async () => {
      const model = make();
      const start = (await evaluate(model, greys().test)).loss;
      const before = weightsByName(model);
      const tensors = tf.memory().numTensors;
      const { last } = await trainOn(model, { epochs: 12 });
      expect(tf.memory().numTensors).toBe(tensors);
      expect((await evaluate(model, greys().test)).loss).toBeLessThan(0.7 * start);
      expect(last?.testAccuracy).toBeGreaterThan(0.6);
      const again = make();
      expect(weightsByName(again)).toEqual(before);
      await trainOn(again, { epochs: 12 });
      expect(Object.values(weightsByName(again))).toEqual(Object.values(weightsByName(model)));
    });
  });
}

it("frozen is frozen in a graph too: weights and statistics stay bit for bit, and nothing is dropped", async () => {
  const model = residual({ dropout: 0.5 });
  const before = weightsByName(model);
  freeze(model, { train: ["head"] });
  await trainOn(model);
  const changed = Object.entries(weightsByName(model)).filter(([name, now]) =>
    before[name].some((v, i) => v !== now[i]),
  );
  expect(changed.map(([name]) => name)).toEqual(["head/dense/kernel", "head/dense/bias"]);

  freeze(model, { train: ["body"] });
  const seen = weightsByName(model);
  await trainOn(model, { epochs: 1 });
  const now = weightsByName(model);
  const moved = Object.keys(now).filter((name) => now[name].some((v, i) => v !== seen[name][i]));
  expect(moved.sort()).toEqual(
    ["bn/beta", "bn/gamma", "bn/moving_mean", "bn/moving_variance", "conv/bias", "conv/kernel"].map(
      (n) => `body/${n}`,
    ),
  );
});

it("drop-out in a graph is decided by seed and step, and the model is left as it was", async () => {
  const model = residual({ dropout: 0.5 });
  const passes = passesOf(tf, linksOf(model));
  const data = batch();
  // On one batch and with weights that stay, passes differ by their masks alone.
  const loss = (seed: number, step: number) => passes.train(data, [], { seed, step }).loss;
  expect(loss(1, 0)).toBe(loss(1, 0));
  expect(loss(1, 0)).not.toBe(loss(2, 0));
  expect(loss(1, 0)).not.toBe(loss(1, 1));
  await trainOn(model);
  expect(model.layers.every((layer) => !Object.hasOwn(layer, "call"))).toBe(true);
  const sums = (model.predict(data.images) as Variable).sum(1).arraySync() as number[];
  for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
});

it("features of frozen layers are cached across layers without passes of their own", async () => {
  const run = async (cache: boolean) => {
    const model = pooledChain();
    freeze(model, { train: ["c"] });
    await trainOn(model, { cache });
    return Object.values(weightsByName(model));
  };
  expect(await run(true)).toEqual(await run(false));
});

it("BatchNorm of sequences trains, and its features are cached, as in any other place", async () => {
  const L = tf.layers;
  const norm = { name: "b/bn", momentum: 0.5 };
  const head = () => [
    L.flatten({ name: "b/flatten" }),
    L.dense({ name: "b/dense", units: 3, ...seeded(18) }),
  ];
  const conv = () =>
    L.conv1d({ name: "a/conv", filters: 4, kernelSize: 3, inputShape: [6, 6], ...seeded(17) } as never);
  const run = async (model: LayersModel, cache: boolean) => {
    own(model);
    freeze(model, { train: ["b"] });
    const { train, ...parts } = greys();
    const sequences = dataset({ ...parts, train, test: train, shape: [6, 6] });
    const { last } = await fitModel(model, sequences, { epochs: 8, batch: 20, learningRate: 0.05, cache });
    expect(last?.testAccuracy).toBeGreaterThan(0.6);
    return Object.values(weightsByName(model));
  };
  const convolved = () => tf.sequential({ layers: [conv(), L.batchNormalization(norm), ...head()] });
  expect(await run(convolved(), true)).toEqual(await run(convolved(), false));
  const first = L.batchNormalization({ ...norm, inputShape: [6, 6] } as never);
  await run(tf.sequential({ layers: [first, ...head()] }), true);
});

it("low-rank updates work on the layers of a graph", async () => {
  const model = residual();
  const method = lora(model, { rank: 2, layers: ["body", "head"] });
  const before = await evaluate(model, greys().test);
  await trainOn(model, { method, epochs: 20 });
  expect((await evaluate(model, greys().test)).loss).toBeLessThan(0.8 * before.loss);
  method.dispose();
});

it("a softmax of its own layer, a nested model and a frozen one inside of it are understood", async () => {
  const body = tf.sequential({
    name: "body",
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, ...seeded(9) }),
      tf.layers.batchNormalization({ momentum: 0.5 }),
    ],
  });
  const model = own(
    tf.sequential({
      layers: [
        body,
        tf.layers.flatten({ name: "f" }),
        tf.layers.dense({ name: "head", units: 3, ...seeded(1) }),
      ],
    }),
  );
  const statistics = () => Object.entries(weightsByName(model)).filter(([name]) => name.includes("moving"));
  const before = statistics();
  freeze(model, { train: ["head"] });
  await trainOn(model);
  expect(statistics()).toEqual(before);
  freeze(model, { train: "all" });
  await trainOn(model);
  expect(statistics()).not.toEqual(before);
});

it("a part of one model trains in another, and alone, as if it had only one place", async () => {
  const L = tf.layers;
  const body = (name: string) =>
    tf.sequential({
      name,
      layers: [
        L.flatten({ name: "b/flatten", inputShape: [6, 6, 1] }),
        L.dense({ name: "b/dense", units: 3, ...seeded(16) }),
      ],
    });
  const [shared, alone] = [own(body("shared")), own(body("alone"))];
  tf.sequential({ layers: [shared, L.reLU()] });
  const graph = tf.input({ shape: [6, 6, 1] });
  tf.model({ inputs: graph, outputs: shared.apply(graph) as typeof graph });
  expect(() => shared.input).toThrow(/multiple inbound nodes/);
  for (const model of [shared, alone]) await trainOn(model);
  expect(Object.values(weightsByName(shared))).toEqual(Object.values(weightsByName(alone)));
});

it("a weight read in two places is trained as one, and drop-out draws anew in each", async () => {
  const model = twice();
  expect(trainedBy(unfrozenWeights(model))).toBe(36 * 37 + 3 * 37);
  expect((await trainOn(model)).trained).toBe(36 * 37 + 3 * 37);
  const method = lora(model, { rank: 1 });
  expect(trainedBy(method)).toBe(36 + 36 + 36 + 3);
  method.dispose();

  const dense = tf.layers.dense({ name: "d/dense", units: 3, inputShape: [3] });
  const dropout = tf.layers.dropout({ name: "d/dropout", rate: 0.5 });
  const drops = own(tf.sequential({ layers: [dense, dropout, dense, dropout] }));
  const [link] = linksOf(drops);
  if (link.kind !== "stock") throw new Error("Expected one stock link.");
  const { stock } = link;
  const drawn: number[] = [];
  const mask = (shape: readonly number[], _: number, draw: number) => {
    drawn.push(draw);
    return tf.ones([...shape]);
  };
  tf.tidy(() => stock.apply(tf.ones([1, 3]), true, mask));
  expect(drawn).toHaveLength(2);
  expect(new Set(drawn).size).toBe(2);
});

it("regularizers, constraints and noise are refused where they matter: not in evaluation, nor where frozen", async () => {
  const L = tf.layers;
  const norm = { name: "b/bn", betaConstraint: "nonNeg" } as const;
  const model = own(
    tf.sequential({
      layers: [
        L.flatten({ name: "a/flatten", inputShape: [6, 6, 1] }),
        L.dense({ name: "a/dense", units: 4, kernelRegularizer: "l1l2", ...seeded(19) }),
        L.batchNormalization(norm),
        L.gaussianNoise({ name: "c/noise", stddev: 1 }),
        L.dense({ name: "d/dense", units: 3, ...seeded(20) }),
      ],
    }),
  );
  const { test } = greys();
  const { accuracy } = await evaluate(model, test);
  const { labels } = await predict(model, test);
  expect(labels.filter((label, i) => label === test.labels[i]).length / 60).toBeCloseTo(accuracy, 10);
  const frozen = { dropout: "on" } as const;
  for (const [train, options, message] of [
    [["a"], {}, /a\/dense .*kernelRegularizer/],
    [["b"], {}, /b\/bn .*betaConstraint/],
    [["c", "d"], {}, /c\/noise .*no seed/],
    [["d"], { frozen }, /c\/noise .*no seed/],
  ] as const) {
    freeze(model, { train });
    const before = weightsByName(model);
    await expect(trainOn(model, options)).rejects.toThrow(message);
    expect(weightsByName(model)).toEqual(before);
  }
  freeze(model, { train: ["d"] });
  expect((await trainOn(model, { cache: true })).trained).toBe(15);
});

describe("layers of a user's own", () => {
  /** A class derived from drop-out, as exported networks bring it. */
  function fixedDropout(name: string, rate: number): layers.Layer {
    const { constructor: Dropout } = tf.layers.dropout({ rate });
    class FixedDropout extends (Dropout as new (args: object) => layers.Layer) {
      static readonly className = "FixedDropout";
    }
    return new FixedDropout({ name, rate });
  }
  /** One that notes whether it was told that it trains. */
  function noting(name: string) {
    const told: boolean[] = [];
    class Noting extends tf.layers.Layer {
      static readonly className = "Noting";
      override call(inputs: Tensor | Tensor[], { training }: { training?: boolean } = {}) {
        told.push(training === true);
        return Array.isArray(inputs) ? inputs[0] : inputs;
      }
    }
    return { layer: new Noting({ name }), told };
  }
  const chainWith = (layer: layers.Layer) =>
    own(
      tf.sequential({
        layers: [
          tf.layers.flatten({ name: "a/flatten", inputShape: [6, 6, 1] }),
          layer,
          tf.layers.dense({ name: "c/dense", units: 3, ...seeded(15) }),
        ],
      }),
    );

  it("that derive from drop-out drop out by seed and step like it, and not at all where frozen", () => {
    const losses = (layer: layers.Layer, train: string[]) => {
      const model = chainWith(layer);
      freeze(model, { train });
      const passes = passesOf(tf, linksOf(model));
      const data = batch();
      return [1, 1, 2].map((seed) => passes.train(data, [], { seed, step: 0 }).loss);
    };
    const [one, again, other] = losses(fixedDropout("b/drop", 0.5), ["b", "c"]);
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    const [still, , stillToo] = losses(fixedDropout("b/drop", 0.5), ["c"]);
    expect(still).toBe(stillToo);
  });

  it("are told that they train where they are not frozen, and are computed anew in each step then", async () => {
    const told = async (train: string[]) => {
      const { layer, told } = noting("b/noting");
      const model = chainWith(layer);
      freeze(model, { train });
      await trainOn(model, { epochs: 1, evaluateEvery: 0, cache: true });
      return told;
    };
    expect(await told(["b", "c"])).toEqual([true, true, true]); // 60 images by 20
    expect(await told(["c"])).toEqual([false]); // for the cached features
  });
});

it("a penalty on a weight that stands still keeps no other from training", async () => {
  const penalised = () =>
    own(
      tf.sequential({
        layers: [
          tf.layers.flatten({ name: "a/flatten", inputShape: [6, 6, 1] }),
          tf.layers.dense({ name: "b/dense", units: 3, kernelRegularizer: "l1l2", ...seeded(15) }),
        ],
      }),
    );
  const model = penalised();
  const { trained } = await trainOn(model, { method: biasesOnly(model) });
  expect(trained).toBe(3);
  await expect(trainOn(penalised())).rejects.toThrow(/b\/dense .*kernelRegularizer/);
});

it("what cannot be trained truly is refused by the name of its layer", () => {
  const refused = (layer: object) => {
    const model = own(tf.sequential({ layers: [layer as never] }));
    return () => checkLayers(model, unfrozenWeights(model).carriers);
  };
  const L = tf.layers;
  const penalty = L.dense({ name: "x/reg", units: 2, inputShape: [3], kernelRegularizer: "l1l2" });
  expect(refused(penalty)).toThrow(/x\/reg .*kernelRegularizer .*leave that out, or freeze/);
  const image = { filters: 2, kernelSize: 3, inputShape: [6, 6, 1] };
  expect(refused(L.separableConv2d({ ...image, pointwiseRegularizer: "l1l2" }))).toThrow(/pointwiseRegul/);
  expect(refused(L.depthwiseConv2d({ ...image, depthwiseConstraint: "nonNeg" }))).toThrow(/depthwiseConstr/);
  expect(refused(L.prelu({ alphaRegularizer: tf.regularizers.l2(), inputShape: [3] }))).toThrow(
    /alphaRegularizer/,
  );
  const norm = L.batchNormalization({ gammaConstraint: "nonNeg", inputShape: [3] });
  expect(refused(norm)).toThrow(/gammaConstraint/);
  expect(refused(L.dropout({ rate: 0.5, noiseShape: [1, 3], inputShape: [3] }))).toThrow(/noiseShape/);
  expect(refused(L.gaussianNoise({ name: "x/noise", stddev: 1, inputShape: [3] }))).toThrow(
    /x\/noise .*no seed/,
  );
  const stacked = (options: object) =>
    L.rnn({
      name: "x/rnn",
      inputShape: [3, 2],
      cell: [L.gruCell({ units: 2, ...options }), L.gruCell({ units: 2 })] as never,
    });
  expect(refused(stacked({ kernelRegularizer: tf.regularizers.l2() }))).toThrow(/x\/rnn .*kernelRegularizer/);
  expect(refused(stacked({ dropout: 0.5 }))).toThrow(/x\/rnn .*recurrent/);
  expect(refused(stacked({}))).not.toThrow();
  const recurrent = L.lstm({ name: "x/lstm", units: 2, inputShape: [3, 1], dropout: 0.5 });
  expect(refused(recurrent)).toThrow(/x\/lstm .*recurrent/);
  const a = tf.input({ shape: [2] });
  const b = tf.input({ shape: [2] });
  const two = own(tf.model({ inputs: [a, b], outputs: L.add().apply([a, b]) as typeof a }));
  expect(() => linksOf(two)).toThrow(/one input and one output; got 2 and 1/);
  const closing = L.dense({ name: "x/closing", units: 3, inputShape: [3], activation: "softmax" });
  const ring = own(tf.sequential({ layers: [closing, L.reLU(), closing] }));
  expect(() => linksOf(ring)).toThrow(
    /x\/closing ends the model by a softmax and stands in other places too/,
  );
});
