import type { Tensor, Tensor1D, Variable } from "@tensorflow/tfjs-node";
import { describe, expect, it as test } from "vitest";
import { type ChainModel, paperCNN, type Tensorflow, tensorflow } from "../../../src/learning";
import { linksOf, weightsOf } from "../../../src/learning/passes/link";
import { nativePasses } from "../../../src/learning/passes/native/nativePasses";
import { portablePasses } from "../../../src/learning/passes/portablePasses";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import { nativeHandles } from "../../helpers/nativeHandles";

const tf: Tensorflow = await tensorflow();
/** Where TensorFlow runs in pure JavaScript there are no native passes to test. */
const it = test.skipIf(!isNative());
const { disposables } = disposedAfterEach();

/** Every kind of layer, small; statistics and scales away from their starting values. */
function smallModel({ dropout = 0 } = {}): ChainModel {
  const L = tf.layers;
  const kernel = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const bias = (seed: number) => ({ biasInitializer: tf.initializers.randomNormal({ stddev: 0.3, seed }) });
  const norm = (seed: number) => ({
    epsilon: 1e-3,
    momentum: 0.8,
    gammaInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed }),
    betaInitializer: tf.initializers.randomNormal({ stddev: 0.3, seed }),
    movingMeanInitializer: tf.initializers.randomNormal({ stddev: 0.3, seed }),
    movingVarianceInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed }),
  });
  const model = tf.sequential({
    layers: [
      L.conv2d({
        name: "a/conv",
        inputShape: [9, 8, 2],
        filters: 4,
        kernelSize: 3,
        ...kernel(1),
        ...bias(2),
      }),
      L.reLU({ name: "a/relu" }),
      L.batchNormalization({ name: "a/bn", ...norm(3) }),
      L.reLU({ name: "a/relu2" }),
      L.maxPooling2d({ name: "a/pool", poolSize: 2 }),
      L.dropout({ name: "a/dropout", rate: dropout }),
      L.conv2d({
        name: "b/conv",
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        useBias: false,
        ...kernel(4),
      }),
      L.flatten({ name: "b/flatten" }),
      L.batchNormalization({ name: "b/bn", ...norm(5) }),
      L.dense({ name: "c/dense", units: 7, activation: "relu", ...kernel(6), ...bias(7) }),
      L.dense({ name: "c/head", units: 5, activation: "softmax", ...kernel(8), ...bias(9) }),
    ],
  });
  disposables.push(model);
  return model;
}

function batch(n = 6) {
  const images = tf.randomNormal([n, 9, 8, 2], 0, 1, "float32", 10);
  const labels = tf.tensor1d(
    Array.from({ length: n }, (_, i) => (3 * i) % 5),
    "int32",
  ) as Tensor1D;
  disposables.push(images, labels);
  return { images, labels };
}

const allWeights = (model: ChainModel) => linksOf(model).flatMap(weightsOf);
const draw = { seed: 1, step: 0 };
/** Of central differences: float32 sees the loss change, and it bends little. */
const STEP = 0.01;

function expectClose(a: Tensor, b: Tensor, tolerance = 1e-4) {
  expect(a.shape).toEqual(b.shape);
  const scale = Math.max(1e-3, ...Array.from(b.dataSync(), Math.abs));
  const worst = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).arraySync() as number);
  expect(worst / scale).toBeLessThan(tolerance);
}

/** Where TensorFlow was built without oneDNN's own operations. */
class PlainOps extends NativeOps {
  override knows() {
    return false;
  }
}
const builds: [string, typeof NativeOps][] = [
  ["with oneDNN", NativeOps],
  ["without it", PlainOps],
];

const frozenParts: [string, string[]][] = [
  ["nothing frozen", []],
  ["the first block frozen", ["a"]],
  ["a middle block frozen, gradients passing through it", ["b"]],
  ["the last block frozen", ["c"]],
];

describe("the native passes agree with automatic differentiation", () => {
  for (const [[build, Ops], [name, frozen]] of builds.flatMap((b) =>
    frozenParts.map((f) => [b, f] as const),
  )) {
    it(`in loss, hits, every gradient and the moving statistics, ${build}: ${name}`, () => {
      const [one, two] = [smallModel(), smallModel()];
      for (const layer of [...one.layers, ...two.layers]) layer.trainable = !frozen.includes(layer.name[0]);
      const data = batch();
      const native = nativePasses(new Ops(tf), linksOf(one));
      const portable = portablePasses(tf, linksOf(two));
      const wanted = (model: ChainModel) => model.trainableWeights.map((weight) => weight.read() as Variable);
      const a = native.train(data, wanted(one), draw);
      const b = portable.train(data, wanted(two), draw);
      disposables.push(native, ...a.gradients, ...b.gradients);
      expect(a.loss).toBeCloseTo(b.loss, 4);
      expect(a.correct).toBe(b.correct);
      expect(a.gradients).toHaveLength(b.gradients.length);
      a.gradients.forEach((gradient, i) => {
        expectClose(gradient, b.gradients[i]);
      });
      // The statistics moved in the active layers, and only there.
      const fresh = smallModel();
      one.layers.forEach((layer, l) => {
        layer.weights.forEach((weight, w) => {
          expectClose(weight.read(), two.layers[l].weights[w].read(), 1e-5);
          const moved = tf.tidy(() =>
            tf.any(tf.notEqual(weight.read(), fresh.layers[l].weights[w].read())).arraySync(),
          );
          expect(Boolean(moved)).toBe(layer.trainable && weight.originalName.includes("moving"));
        });
      });
      const images = native.infer(data.images);
      const reference = portable.infer(data.images);
      disposables.push(images, reference);
      expectClose(images, reference);
    });
  }

  it("for BatchNorm's own scale and shift when its statistics stand still", () => {
    const [one, two] = [smallModel(), smallModel()];
    for (const layer of [...one.layers, ...two.layers]) layer.trainable = false;
    const data = batch();
    const native = nativePasses(new NativeOps(tf), linksOf(one));
    const portable = portablePasses(tf, linksOf(two));
    const a = native.train(data, allWeights(one), draw);
    const b = portable.train(data, allWeights(two), draw);
    disposables.push(native, ...a.gradients, ...b.gradients);
    a.gradients.forEach((gradient, i) => {
      expectClose(gradient, b.gradients[i]);
    });
  });
});

it("gradients are the slopes of the loss: central differences along random directions", () => {
  const model = smallModel();
  // In inference mode the loss is a plain function of the weights.
  for (const layer of model.layers) layer.trainable = false;
  const data = batch(40);
  const passes = nativePasses(new NativeOps(tf), linksOf(model));
  const weights = allWeights(model);
  const { gradients } = passes.train(data, weights, draw);
  disposables.push(passes, ...gradients);
  weights.forEach((weight, i) => {
    const direction = tf.randomNormal(weight.shape, 0, 1, "float32", 100 + i);
    const start = weight.clone();
    const h = 5e-4;
    const at = (sign: number) => {
      tf.tidy(() => weight.assign(tf.add(start, tf.mul(direction, sign * h))));
      return passes.score(data).loss / 40;
    };
    const slope = (at(1) - at(-1)) / (2 * h);
    weight.assign(start);
    const expected = tf.tidy(() => tf.sum(tf.mul(direction, gradients[i])).arraySync() as number);
    expect(Math.abs(slope - expected)).toBeLessThan(0.02 * Math.abs(expected) + 5e-3);
    disposables.push(direction, start);
  });
});

it("inference agrees with the model's own predict", async () => {
  for (const model of [smallModel({ dropout: 0.5 }), await paperCNN({ width: 0.25, seed: 3 })]) {
    const images = tf.randomNormal([5, ...(model.inputs[0].shape.slice(1) as number[])], 0, 1, "float32", 4);
    const passes = nativePasses(new NativeOps(tf), linksOf(model));
    const logits = passes.infer(images);
    const mine = tf.softmax(logits);
    const theirs = model.predict(images) as Tensor;
    expectClose(mine, theirs);
    disposables.push(images, passes, logits, mine, theirs);
  }
});

it("the output of any number of first links is that of the portable passes, a ReLU just before pooling too", async () => {
  const model = await paperCNN({ width: 0.25, seed: 3 });
  const links = linksOf(model);
  const images = tf.randomNormal([5, 28, 28, 1], 0, 1, "float32", 4);
  disposables.push(model, images);
  for (let count = 1; count <= links.length; count++) {
    const first = links.slice(0, count);
    const native = nativePasses(new NativeOps(tf), first);
    const [mine, theirs] = [native.infer(images), portablePasses(tf, first).infer(images)];
    expectClose(mine, theirs);
    disposables.push(native, mine, theirs);
  }
});

it("an active BatchNorm moves its statistics as the stock layer does", () => {
  const model = smallModel();
  const twin = smallModel();
  const data = batch();
  const passes = nativePasses(new NativeOps(tf), linksOf(model));
  disposables.push(passes, ...passes.train(data, [], draw).gradients);
  const output = tf.tidy(() => twin.apply(data.images, { training: true }) as Tensor);
  disposables.push(output);
  for (const name of ["a/bn", "b/bn"]) {
    model.getLayer(name).weights.forEach((weight, i) => {
      expectClose(weight.read(), twin.getLayer(name).weights[i].read(), 1e-5);
    });
  }
});

it("the statistics of a hundred thousand pixels have float32's precision", () => {
  const channels = 3;
  const model = tf.sequential({
    layers: [
      tf.layers.batchNormalization({ name: "d/bn", momentum: 0, inputShape: [40, 40, channels] }),
      tf.layers.flatten({ name: "d/flatten" }),
    ],
  });
  const images = tf.relu(tf.randomNormal([64, 40, 40, channels], 0.3, 1, "float32", 8));
  const labels = tf.zeros([64], "int32") as Tensor1D;
  const passes = nativePasses(new NativeOps(tf), linksOf(model));
  disposables.push(model, images, labels, passes);
  passes.train({ images, labels }, [], draw);
  const values = images.dataSync<"float32">();
  const [mean, variance] = ["moving_mean", "moving_variance"].map((name) =>
    model.layers[0].weights
      .find(({ originalName }) => originalName.endsWith(name))!
      .read()
      .dataSync(),
  );
  for (let c = 0; c < channels; c++) {
    const own = values.filter((_, i) => i % channels === c);
    const average = own.reduce((sum, x) => sum + x, 0) / own.length;
    const spread = own.reduce((sum, x) => sum + (x - average) ** 2, 0) / own.length;
    expect(Math.abs(mean[c] / average - 1)).toBeLessThan(1e-5);
    expect(Math.abs(variance[c] / spread - 1)).toBeLessThan(1e-5);
  }
});

it("drop-out keeps each value with probability 1 − rate, scaled up, and repeats for equal seed and step", () => {
  const model = tf.sequential({
    layers: [tf.layers.dropout({ name: "d/dropout", rate: 0.25, inputShape: [4000] })],
  });
  // The label's own logit is 0, dropped or not.
  const images = tf.tidy(() => tf.concat([tf.zeros([3, 1]), tf.ones([3, 3999])], 1));
  const labels = tf.tensor1d([0, 0, 0], "int32") as Tensor1D;
  disposables.push(model, images, labels);
  for (const passes of [
    nativePasses(new NativeOps(tf), linksOf(model)),
    portablePasses(tf, linksOf(model)),
  ]) {
    disposables.push(passes);
    const loss = (seed: number, step: number) => passes.train({ images, labels }, [], { seed, step }).loss;
    expect(loss(1, 5)).toBe(loss(1, 5));
    expect(loss(1, 5)).not.toBe(loss(1, 6));
    expect(loss(1, 5)).not.toBe(loss(2, 5));
    // Cross-entropy is log Σ exp(y) with y in {0, 4/3}: the sum tells the share kept and its scale.
    const k = 0.75;
    const expected = Math.log(1 + 3999 * (k * Math.exp(4 / 3) + 1 - k));
    expect(Math.abs(loss(3, 0) / 3 - expected)).toBeLessThan(0.02);
  }
});

/** Drop-out after a ReLU and apart from one, BatchNorm of maps and of vectors, all active. */
function noisyModel(): ChainModel {
  const L = tf.layers;
  const kernel = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const norm = (seed: number) => ({
    gammaInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed }),
    betaInitializer: tf.initializers.randomNormal({ stddev: 0.3, seed }),
  });
  const conv = { filters: 6, kernelSize: 3, inputShape: [6, 5, 2] };
  const model = tf.sequential({
    layers: [
      L.conv2d({ name: "a/conv", activation: "relu", ...conv, ...kernel(1) }),
      L.dropout({ name: "a/dropout", rate: 0.3 }),
      L.batchNormalization({ name: "a/bn", ...norm(2) }),
      L.flatten({ name: "b/flatten" }),
      L.dense({ name: "b/dense", units: 8, ...kernel(3) }),
      // Without it between them BatchNorm would undo every shift of what is before, and its slope be zero.
      L.dropout({ name: "b/dropout", rate: 0.4 }),
      L.batchNormalization({ name: "b/bn", ...norm(4) }),
      L.dense({ name: "c/head", units: 5, activation: "softmax", ...kernel(5) }),
    ],
  });
  disposables.push(model);
  // Far from the kink, on either side of it: the loss is smooth where it is differentiated.
  const biases = tf.tensor1d([8, -8, 9, 7, -7, 8]);
  (model.getLayer("a/conv").weights[1].read() as Variable).assign(biases);
  disposables.push(biases);
  return model;
}

for (const kind of ["native", "portable"] as const) {
  test.skipIf(kind === "native" && !isNative())(
    `with drop-out on and BatchNorm by the batch, gradients are the slopes of the training loss: ${kind}`,
    () => {
      const model = noisyModel();
      const links = linksOf(model);
      const passes = kind === "native" ? nativePasses(new NativeOps(tf), links) : portablePasses(tf, links);
      const images = tf.randomNormal([50, 6, 5, 2], 0, 1, "float32", 6);
      const labels = tf.tensor1d(
        Array.from({ length: 50 }, (_, i) => (3 * i) % 5),
        "int32",
      ) as Tensor1D;
      const weights = allWeights(model);
      const fixed = { seed: 3, step: 2 };
      const { gradients } = passes.train({ images, labels }, weights, fixed);
      disposables.push(passes, images, labels, ...gradients);
      weights.forEach((weight, i) => {
        const start = weight.clone();
        const norm = tf.tidy(() => tf.norm(gradients[i]).arraySync() as number);
        // Else a gradient of zero would be as good as any.
        expect(norm, weight.name).toBeGreaterThan(1e-3);
        const noise = tf.randomNormal(weight.shape, 0, 1, "float32", 200 + i);
        for (const vector of [gradients[i], noise]) {
          const unit = tf.tidy(() => tf.div(vector, tf.norm(vector)));
          const at = (by: number) => {
            tf.tidy(() => weight.assign(tf.add(start, tf.mul(unit, by))));
            return passes.train({ images, labels }, [], fixed).loss / 50;
          };
          const slope = (at(STEP) - at(-STEP)) / (2 * STEP);
          weight.assign(start);
          const expected = tf.tidy(() => tf.sum(tf.mul(unit, gradients[i])).arraySync() as number);
          expect(Math.abs(slope - expected), weight.name).toBeLessThan(0.01 * norm);
          unit.dispose();
        }
        disposables.push(start, noise);
      });
    },
  );
}

it("a ReLU right before drop-out trains bit for bit as one apart from it", () => {
  const L = tf.layers;
  const biasInitializer = "randomNormal";
  const model = tf.sequential({
    layers: [
      L.conv2d({
        name: "a/conv",
        filters: 4,
        kernelSize: 3,
        inputShape: [6, 6, 2],
        activation: "relu",
        biasInitializer,
      }),
      L.flatten({ name: "a/flatten" }),
      L.dropout({ name: "a/dropout", rate: 0.3 }),
      L.dense({ name: "a/head", units: 5 }),
    ],
  });
  const [conv, relu, flatten, ...rest] = linksOf(model);
  const images = tf.randomNormal([64, 6, 6, 2], 0, 1, "float32", 3);
  const labels = tf.tensor1d(
    Array.from({ length: 64 }, (_, i) => i % 5),
    "int32",
  );
  disposables.push(model, images, labels);
  const results = [
    [conv, relu, flatten, ...rest],
    [conv, flatten, relu, ...rest],
  ].map((links) => {
    const passes = nativePasses(new NativeOps(tf), links);
    const { gradients, ...result } = passes.train({ images, labels }, allWeights(model), draw);
    disposables.push(passes, ...gradients);
    return { ...result, gradients: gradients.map((gradient) => gradient.dataSync()) };
  });
  expect(results[1]).toEqual(results[0]);
  expect(results[0].gradients.every((gradient) => gradient.some((value) => value !== 0))).toBe(true);
});

it("a hundred passes leave no tensor behind, native handles included", async () => {
  const model = smallModel({ dropout: 0.3 });
  const data = batch();
  const passes = nativePasses(new NativeOps(tf), linksOf(model));
  const pass = () => {
    for (const gradient of passes.train(data, allWeights(model), draw).gradients) gradient.dispose();
    passes.score(data);
    passes.infer(data.images).dispose();
  };
  pass();
  const before = tf.memory().numTensors;
  const { handles } = await nativeHandles(tf, () => {
    for (let i = 0; i < 100; i++) pass();
  });
  passes.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(handles.made).toBeGreaterThan(1000);
  expect(handles.freed).toBe(handles.made);
});
