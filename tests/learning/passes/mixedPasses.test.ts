import type { LayersModel, Scalar, SymbolicTensor, Tensor, Tensor1D, Variable } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { tensorflow } from "../../../src/learning";
import { type Link, linksOf } from "../../../src/learning/passes/link";
import { mixedPasses } from "../../../src/learning/passes/mixedPasses";
import type { Passes } from "../../../src/learning/passes/passes";
import { passesOf } from "../../../src/learning/passes/passesOf";
import { portablePasses } from "../../../src/learning/passes/portablePasses";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import { nativeHandles } from "../../helpers/nativeHandles";

const tf = await tensorflow();
/** Where TensorFlow runs in pure JavaScript there are no native passes to mix in. */
const it = test.skipIf(!isNative());
const { own } = disposedAfterEach();
const SHAPE = [6, 5, 3];
const CLASSES = 4;
const ROWS = 7;

/** What stands between input and head: with a native form, without one, and with branches. */
const KINDS = [
  ...["conv", "norm", "relu", "max-pool"],
  ...["tanh", "average", "separable", "layer norm", "prelu"],
  ...["residual", "concatenate", "twice", "nested", "shared", "shared apart"],
] as const;
type Kind = (typeof KINDS)[number];
const ends = ["flatten", "global average", "global max"] as const;
type Stack = { kinds: readonly Kind[]; end: (typeof ends)[number]; frozen: readonly number[] };

const stacks = (frozen: fc.Arbitrary<number[]>): fc.Arbitrary<Stack> =>
  fc.record({
    kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 6 }),
    end: fc.constantFrom(...ends),
    frozen,
  });

function build({ kinds, end, frozen }: Stack): LayersModel {
  const L = tf.layers;
  let seed = 0;
  const kernel = () => ({ kernelInitializer: tf.initializers.heNormal({ seed: ++seed }) });
  const noise = () => tf.initializers.randomNormal({ stddev: 0.3, seed: ++seed });
  const through = (x: SymbolicTensor, ...layers: { apply(x: SymbolicTensor): unknown }[]) =>
    layers.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);
  const conv = (filters: number) =>
    L.conv2d({ filters, kernelSize: 3, padding: "same", biasInitializer: noise(), ...kernel() });
  const norm = () =>
    L.batchNormalization({
      momentum: 0.7,
      betaInitializer: noise(),
      gammaInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: ++seed }),
      movingMeanInitializer: noise(),
      movingVarianceInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: ++seed }),
    });
  const window = { poolSize: 2, strides: 1 } as const;
  const add = (kind: Kind, x: SymbolicTensor): SymbolicTensor => {
    const channels = x.shape[3] as number;
    switch (kind) {
      case "conv":
        return through(x, conv(3), L.reLU());
      case "norm":
        return through(x, norm());
      case "relu":
        return through(x, L.reLU());
      case "max-pool":
        return through(x, L.maxPooling2d({ ...window, padding: "same" }));
      case "tanh":
        return through(x, L.activation({ activation: "tanh" }));
      case "average":
        return through(x, L.zeroPadding2d({ padding: 1 }), L.averagePooling2d(window));
      case "separable": {
        const initializers = { depthwiseInitializer: noise(), pointwiseInitializer: noise() };
        const filter = { filters: 3, kernelSize: 2, padding: "same", ...initializers } as const;
        return through(x, L.separableConv2d(filter));
      }
      case "layer norm":
        return through(x, L.layerNormalization());
      case "prelu":
        return through(x, L.prelu({ alphaInitializer: noise() }));
      case "residual":
        return L.add().apply([x, through(x, conv(channels), norm(), L.reLU(), conv(channels))]) as never;
      case "concatenate":
        return L.concatenate().apply([
          through(x, conv(2), L.reLU()),
          through(x, L.activation({ activation: "sigmoid" }), conv(1)),
        ]) as never;
      case "twice":
        return L.multiply().apply([x, x]) as never;
      case "shared": {
        // One layer, whose two places may be in one native row.
        const [same, active] = [conv(channels), norm()];
        return L.add().apply([x, through(x, same, active, L.reLU(), same, active)]) as never;
      }
      case "shared apart": {
        const same = conv(2);
        return L.concatenate().apply([
          through(x, same, L.reLU()),
          through(x, L.activation({ activation: "tanh" }), same),
        ]) as never;
      }
      case "nested":
        return through(
          x,
          tf.sequential({ layers: [L.inputLayer({ inputShape: x.shape.slice(1) }), conv(3), norm()] }),
        );
    }
  };
  const inputs = tf.input({ shape: SHAPE });
  const body = kinds.reduce((x, kind) => add(kind, x), inputs);
  const closing = {
    flatten: () => L.flatten(),
    "global average": () => L.globalAveragePooling2d({}),
    "global max": () => L.globalMaxPooling2d({}),
  }[end]();
  const outputs = through(body, closing, L.dense({ units: CLASSES, ...kernel() }));
  const model = tf.model({ inputs, outputs });
  for (const place of frozen) model.layers[place % model.layers.length].trainable = false;
  return model;
}

function batch() {
  const images = own(tf.randomNormal([ROWS, ...SHAPE], 0, 1, "float32", 10));
  const labels = own(tf.tensor1d([0, 1, 2, 3, 2, 1, 0], "int32")) as Tensor1D;
  return { images, labels };
}

const trained = (model: LayersModel) => model.trainableWeights.map((weight) => weight.read() as Variable);
const draw = { seed: 1, step: 0 };

/** All the numbers of a pass: loss, hits, gradients, the weights and statistics after it, and the logits then. */
function pass(stack: Stack, chainFor: (links: readonly Link[]) => Passes) {
  const model = build(stack);
  const passes = chainFor(linksOf(model));
  const data = batch();
  const { loss, correct, gradients } = passes.train(data, trained(model), draw);
  const after = model.weights.map((weight) => weight.read().dataSync().slice());
  const logits = passes.infer(data.images);
  const scored = passes.score(data);
  const read = (tensor: Tensor) => tensor.dataSync().slice();
  const values = { gradients: gradients.map(read), logits: read(logits) };
  tf.dispose([...gradients, logits]);
  passes.dispose();
  model.dispose();
  return { losses: [loss, scored.loss], hits: [correct, scored.correct], ...values, after };
}

/** Within this share of the largest number of all: some gradients are zero but for rounding. */
function expectNear(mine: readonly ArrayLike<number>[], theirs: readonly ArrayLike<number>[], share = 1e-4) {
  expect(mine.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  const largest = theirs.reduce((most, part) => Math.max(most, ...Array.from(part, Math.abs)), 1);
  mine.forEach((part, i) => {
    for (let k = 0; k < part.length; k++)
      if (!(Math.abs(part[k] - theirs[i][k]) <= share * largest))
        expect.fail(`number ${k} of tensor ${i} is ${part[k]}, not ${theirs[i][k]}`);
  });
}

/** Gradients as a whole: a ReLU whose input is a rounding error from 0 may let one of a thousand pixels pass, or not. */
function expectGradients(mine: readonly ArrayLike<number>[], theirs: readonly ArrayLike<number>[]) {
  expectNear(mine, theirs, 0.01);
  const flat = (parts: readonly ArrayLike<number>[]) => parts.flatMap((part) => Array.from(part));
  const [a, b] = [flat(mine), flat(theirs)];
  expect(Math.hypot(...a.map((x, i) => x - b[i]))).toBeLessThan(0.002 * Math.hypot(...b) + 1e-5);
}

const mixed = (links: readonly Link[]) => mixedPasses(tf, new NativeOps(tf), links);

describe("native links mixed with TensorFlow.js's own", () => {
  it("agree with the portable passes for any stack of layers and branches, whatever is frozen", () => {
    fc.assert(
      fc.property(stacks(fc.array(fc.nat(30), { maxLength: 4 })), (stack) => {
        const [mine, theirs] = [pass(stack, mixed), pass(stack, (links) => portablePasses(tf, links))];
        expectNear([mine.losses], [theirs.losses]);
        expect(mine.hits).toEqual(theirs.hits);
        expectGradients(mine.gradients, theirs.gradients);
        expectNear([mine.logits], [theirs.logits]);
        expectNear(mine.after, theirs.after);
      }),
      { numRuns: 40 },
    );
  });

  it("have the loss, the gradients and the statistics of TensorFlow.js where nothing is frozen", () => {
    fc.assert(
      fc.property(stacks(fc.constant([])), (stack) => {
        const model = build(stack);
        const { images, labels } = batch();
        const weights = trained(model);
        const own = tf.variableGrads(() => {
          const logits = model.apply(images, { training: true }) as Tensor;
          return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, CLASSES), logits) as Scalar;
        }, weights);
        const gradients = weights.map(({ name }) => own.grads[name].dataSync().slice());
        const after = model.weights.map((weight) => weight.read().dataSync().slice());
        const logits = tf.tidy(() => (model.predict(images) as Tensor).dataSync().slice());
        const mine = pass(stack, mixed);
        expectNear([[mine.losses[0] / ROWS]], [own.value.dataSync()]);
        expectGradients(mine.gradients, gradients);
        expectNear([mine.logits], [logits]);
        expectNear(mine.after, after);
        tf.dispose(own as never);
        model.dispose();
      }),
      { numRuns: 25 },
    );
  });

  it("compute a fully native chain bit for bit as it does by itself", () => {
    const stack: Stack = { kinds: ["conv", "norm", "relu", "max-pool"], end: "flatten", frozen: [] };
    expect(pass(stack, mixed)).toEqual(pass(stack, (links) => passesOf(tf, links)));
  });

  it("leave no tensor and no native handle behind, nor does a pass that throws", async () => {
    const kinds = ["conv", "average", "residual", "concatenate", "norm"] as const;
    const model = own(build({ kinds, end: "global average", frozen: [1] }));
    const data = batch();
    const passes = passesOf(tf, linksOf(model));
    const weights = trained(model);
    const layer = model.layers.find((each) => each.getClassName() === "AveragePooling2D")!;
    const fails = () => {
      layer.call = () => {
        throw new Error("out of order");
      };
      expect(() => passes.train(data, weights, draw)).toThrow("out of order");
      expect(() => passes.infer(data.images)).toThrow("out of order");
      delete (layer as { call?: unknown }).call;
    };
    const all = () => {
      for (const gradient of passes.train(data, weights, draw).gradients) gradient.dispose();
      passes.score(data);
      passes.infer(data.images).dispose();
    };
    all();
    fails();
    const before = tf.memory().numTensors;
    const { handles } = await nativeHandles(tf, () => {
      for (let i = 0; i < 20; i++) all();
      for (let i = 0; i < 5; i++) fails();
    });
    passes.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(handles.made).toBeGreaterThan(1000);
    expect(handles.freed).toBe(handles.made);
  });

  it("only the layers without a native form stand in TensorFlow.js's, those of branches and nested models too", () => {
    const kinds = ["conv", "residual", "nested", "average"] as const;
    const model = own(build({ kinds, end: "global average", frozen: [] }));
    const kindsOf = (links: readonly Link[]): string[] =>
      links.flatMap((link) =>
        link.kind === "branches" ? link.branches.flatMap(({ chain }) => kindsOf(chain)) : [link.kind],
      );
    const found = kindsOf(linksOf(model));
    // Add, ZeroPadding, AveragePooling, GlobalAveragePooling.
    expect(found.filter((kind) => kind === "stock")).toHaveLength(4);
    expect(found.filter((kind) => kind === "conv")).toHaveLength(4);
    expect(found.filter((kind) => kind === "batchNorm")).toHaveLength(2);
  });

  it("cost what their own operations cost: one layer without a native form does not make the others slow", async () => {
    const kinds = ["conv", "norm", "conv", "norm", "conv", "norm", "max-pool"] as const;
    const work = async (end: Stack["end"], chainFor: (links: readonly Link[]) => Passes) => {
      const model = own(build({ kinds, end, frozen: [] }));
      const passes = own(chainFor(linksOf(model)));
      const data = batch();
      const step = () => tf.dispose([...passes.train(data, trained(model), draw).gradients]);
      step();
      return (await nativeHandles(tf, step)).handles.made;
    };
    const all = await work("flatten", (links) => passesOf(tf, links));
    const part = await work("global average", (links) => passesOf(tf, links));
    const none = await work("global average", (links) => portablePasses(tf, links));
    expect(part).toBeLessThan(1.4 * all);
    expect(none).toBeGreaterThan(2 * part);
  });
});
