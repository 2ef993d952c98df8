import type { LayersModel, layers, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Dataset,
  dataset,
  evaluate,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  predict,
  randomGenerator,
  type Tensorflow,
  tensorflow,
  weightsByName,
} from "../../../src/learning";
import { linksOf } from "../../../src/learning/passes/link";
import { segmentsOf } from "../../../src/learning/passes/segments";
import { disposedAfterEach } from "../../helpers/disposables";
import { greys } from "../../helpers/greys";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();
const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });

const SHAPE = [6, 6, 1];
function graph(build: (x: SymbolicTensor) => SymbolicTensor): LayersModel {
  const inputs = tf.input({ shape: SHAPE });
  return own(tf.model({ inputs, outputs: build(inputs) }));
}
const through =
  (...layers: { apply(x: SymbolicTensor): unknown }[]) =>
  (x: SymbolicTensor) =>
    layers.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);

/** Convolutions with a skip connection, BatchNorm and drop-out in it, twice; then a head. */
function residual(): LayersModel {
  const L = tf.layers;
  const conv = (name: string, seed: number) =>
    L.conv2d({ name, filters: 3, kernelSize: 3, padding: "same", ...seeded(seed) });
  const block = (name: string, seed: number) => (x: SymbolicTensor) => {
    const inner = [conv(`${name}/conv`, seed), L.batchNormalization({ name: `${name}/bn`, momentum: 0.5 })];
    const y = through(
      ...inner,
      L.reLU({ name: `${name}/relu` }),
      L.dropout({ name: `${name}/drop`, rate: 0.3 }),
    )(x);
    return L.add({ name: `${name}/add` }).apply([x, y]) as SymbolicTensor;
  };
  const end = [
    L.flatten({ name: "head/flatten" }),
    L.dense({ name: "head/dense", units: 3, activation: "softmax", ...seeded(9) }),
  ];
  return graph((x) => through(...end)(block("two", 3)(block("one", 2)(through(conv("stem/conv", 1))(x)))));
}

const recipe = { epochs: 2, batch: 20, learningRate: 0.05 };

/** How many tensors stand on every path between two, both included: those without which the end is not reached. */
function tensorsOnEveryPath(start: SymbolicTensor, end: SymbolicTensor): number {
  const ancestors = (from: SymbolicTensor): Set<SymbolicTensor> =>
    new Set([from, ...from.inputs.flatMap((input) => [...ancestors(input)])]);
  const reaches = (from: SymbolicTensor, without: SymbolicTensor): boolean =>
    from !== without && (from === start || from.inputs.some((input) => reaches(input, without)));
  return [...ancestors(end)].filter((tensor) => tensor === start || !reaches(end, tensor)).length;
}

describe("a graph comes apart wherever one tensor alone leads on", () => {
  it("a residual block is one place, with all of its layers, and what stands between blocks one each", () => {
    const places = segmentsOf(residual()).map(({ layers }) => layers.map(({ name }) => name));
    const block = (name: string) => ["conv", "bn", "relu", "drop", "add"].map((layer) => `${name}/${layer}`);
    expect(places).toEqual([["stem/conv"], block("one"), block("two"), ["head/flatten"], ["head/dense"]]);
  });

  it("and computes what the whole does, place by place", () => {
    const model = residual();
    tf.tidy(() => {
      const x = tf.randomNormal([5, ...SHAPE], 0, 1, "float32", 3);
      const y = segmentsOf(model).reduce((t: Tensor, place) => place.apply(t, { training: false }), x);
      expect(y.arraySync()).toEqual((model.predict(x) as Tensor).arraySync());
    });
  });

  it("so does any graph of layers and sums, and no place could be cut further", () => {
    const step = fc.record({
      kind: fc.constantFrom("dense", "relu", "add", "concatenate"),
      from: fc.nat(9),
      other: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 9 }), (steps) => {
        const L = tf.layers;
        const x = tf.input({ shape: [3] });
        const made = [x];
        steps.forEach(({ kind, from, other }, i) => {
          // The last two more often than not, so that chains come up as well as branches.
          const pick = (k: number) => made[Math.max(0, made.length - 1 - (k % 4))];
          const [a, b] = [pick(from), pick(other)];
          const dense = () => L.dense({ units: 3, ...seeded(i + 1) });
          // TensorFlow.js's own predict fails where a layer takes one tensor twice.
          if (kind === "dense" || (a === b && kind !== "relu")) made.push(dense().apply(a) as SymbolicTensor);
          else if (kind === "relu") made.push(L.reLU().apply(a) as SymbolicTensor);
          else if (kind === "add") made.push(L.add().apply([a, b]) as SymbolicTensor);
          else made.push(dense().apply(L.concatenate().apply([a, b]) as SymbolicTensor) as SymbolicTensor);
        });
        const model = tf.model({ inputs: x, outputs: made[made.length - 1] });
        const places = segmentsOf(model);
        tf.tidy(() => {
          const rows = tf.randomNormal([4, 3], 0, 1, "float32", 5);
          const y = places.reduce((t: Tensor, place) => place.apply(t, { training: false }), rows);
          expect(y.arraySync()).toEqual((model.predict(rows) as Tensor).arraySync());
        });
        // Each layer stands in one place, so places of one tensor at each end are as many as tensors all paths cross.
        const crossed = tensorsOnEveryPath(x, made[made.length - 1]);
        expect(places).toHaveLength(crossed - 1);
        model.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("a graph without branches is a chain of native links, as the same layers in a Sequential are", async () => {
    const L = tf.layers;
    const layers = (inputShape: object) => [
      L.conv2d({
        name: "a/conv",
        filters: 3,
        kernelSize: 3,
        activation: "relu",
        ...inputShape,
        ...seeded(1),
      }),
      L.batchNormalization({ name: "a/bn", momentum: 0.5 }),
      L.flatten({ name: "a/flatten" }),
      L.dropout({ name: "a/drop", rate: 0.3 }),
      L.dense({ name: "b/dense", units: 3, activation: "softmax", ...seeded(2) }),
    ];
    const chain = own(tf.sequential({ layers: layers({ inputShape: SHAPE }) }));
    const functional = graph(through(...layers({})));
    expect(linksOf(functional).map(({ kind }) => kind)).toEqual(linksOf(chain).map(({ kind }) => kind));
    for (const model of [chain, functional]) await fitModel(model, greys(), recipe);
    expect(weightsByName(functional)).toEqual(weightsByName(chain));
  });

  it("one skip connection from end to end leaves one place", () => {
    const L = tf.layers;
    const model = graph((x) => {
      const y = through(L.conv2d({ filters: 1, kernelSize: 3, padding: "same" }), L.reLU())(x);
      const z = L.concatenate().apply([x, y]) as SymbolicTensor;
      return through(L.flatten(), L.dense({ units: 3 }))(z);
    });
    expect(segmentsOf(model).map(({ layers }) => layers.length)).toEqual([3, 1, 1]);
  });

  it("layers that read one weight in two places stay together", () => {
    const L = tf.layers;
    const twice = L.conv2d({ name: "twice", filters: 1, kernelSize: 3, padding: "same" });
    const model = graph(through(twice, L.reLU(), twice, L.flatten(), L.dense({ units: 3 })));
    expect(segmentsOf(model).map(({ last }) => last)).toEqual([model]);
  });
});

describe("frozen blocks of a graph are computed once", () => {
  it("with the weights that training without a cache ends with, bit for bit", async () => {
    const run = async (cache: boolean | { memoryLimit: number }) => {
      const model = residual();
      freeze(model, { train: ["two", "head"] });
      const { last } = await fitModel(model, greys(), { ...recipe, cache });
      return { weights: weightsByName(model), accuracy: last?.testAccuracy };
    };
    // Options for a cache are refused where there is nothing to be cached.
    expect(await run({ memoryLimit: 1e9 })).toEqual(await run(false));
  });

  it("and are not called again: a backbone runs once for all epochs", async () => {
    const model = residual();
    const method = headOnly(model);
    const stem = model.getLayer("stem/conv");
    let calls = 0;
    const call = stem.call;
    stem.call = (...args: Parameters<typeof call>) => {
      calls++;
      return call.apply(stem, args);
    };
    await fitModel(model, greys(), { ...recipe, epochs: 5, method, cache: true });
    expect(calls).toBe(0); // a convolution is native
    const add = model.getLayer("one/add");
    const merge = add.call;
    add.call = (...args: Parameters<typeof merge>) => {
      calls++;
      return merge.apply(add, args);
    };
    await fitModel(model, greys(), { ...recipe, epochs: 5, method: headOnly(model), cache: true });
    expect(calls).toBe(2); // once for the training images, once for the test images
  });

  it("a frozen model inside of another, whose layers say nothing of it, is frozen where it is taken apart", async () => {
    const L = tf.layers;
    const base = tf.sequential({
      name: "base",
      layers: [
        L.conv2d({ name: "base/conv", inputShape: SHAPE, filters: 2, kernelSize: 3, ...seeded(1) }),
        L.batchNormalization({ name: "base/bn", momentum: 0.5 }),
      ],
    });
    const model = own(tf.sequential({ layers: [base, L.flatten(), L.dense({ units: 3, ...seeded(2) })] }));
    base.trainable = false;
    expect(base.layers.every(({ trainable }) => trainable)).toBe(true);
    const before = Object.entries(weightsByName(model)).filter(([name]) => name.startsWith("base"));
    await fitModel(model, greys(), { ...recipe, cache: true });
    const after = Object.entries(weightsByName(model)).filter(([name]) => name.startsWith("base"));
    expect(after).toEqual(before);
  });
});

describe("a mask that layers hand on is handed on", () => {
  const WORDS = 8;
  /** The class is the first word of three; zeros fill up to 20. */
  function sentences(count = 120): Dataset {
    const random = randomGenerator(2);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    const images = new Float32Array(count * 20);
    labels.forEach((label, i) => {
      const length = 3 + Math.floor(random() * 5);
      for (let k = 0; k < length; k++)
        images[20 * i + k] = k === 0 ? 1 + label : 4 + Math.floor(random() * 4);
    });
    const set = { images, labels };
    return dataset({
      name: "sentences",
      shape: [20],
      classes: ["a", "b", "c"],
      train: set,
      test: set,
      checksums: {},
    });
  }
  const L = () => tf.layers;
  /** A class derived from Masking. */
  function derived(name: string) {
    const { constructor: Masking } = L().masking({ maskValue: 0 });
    class Own extends (Masking as new (args: object) => layers.Layer) {
      static readonly className = "Own";
    }
    return new Own({ name, maskValue: 0 });
  }
  const models = {
    "a class of one's own": () => [
      L().reshape({ inputShape: [20], targetShape: [20, 1], name: "steps" }),
      derived("mask"),
      L().gru({ units: 4, name: "gru", ...seeded(3) }),
    ],
    "embedding that masks zeros": () => [
      L().embedding({ inputDim: WORDS, outputDim: 4, inputLength: 20, maskZero: true, name: "words" }),
      L().lstm({ units: 4, name: "lstm", ...seeded(2) }),
    ],
    "layer of masks": () => [
      L().reshape({ inputShape: [20], targetShape: [20, 1], name: "steps" }),
      L().masking({ maskValue: 0, name: "mask" }),
      L().gru({ units: 4, name: "gru", ...seeded(3) }),
    ],
  };
  for (const [name, layers] of Object.entries(models)) {
    it(`${name}: predictions, scores and training are those of the model itself`, async () => {
      const head = L().dense({ units: 3, activation: "softmax", name: "head", ...seeded(4) });
      const model = own(tf.sequential({ layers: [...layers(), head] }));
      const data = sentences();
      const itself = () =>
        tf.tidy(() => (model.predict(tf.tensor(data.test.images, [120, 20])) as Tensor).dataSync());
      expect((await predict(model, data.test)).probabilities).toEqual(itself());
      const method = own(lora(model, { rank: 2 }));
      const { last } = await fitModel(model, data, { ...recipe, epochs: 12, method });
      expect(last?.testAccuracy).toBe((await evaluate(model, data.test)).accuracy);
      const p = itself();
      const right = [...data.test.labels].filter((label, i) =>
        [0, 1, 2].every((k) => p[3 * i + k] <= p[3 * i + label]),
      );
      expect(right.length / 120).toBeCloseTo(last?.testAccuracy as number, 10);
    });
  }
});
