// This project's side of the benchmark of training: answers one JSON line for each JSON line.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { interleave } from "./interleave.mjs";
import { pooledModels } from "./pooled-models.mjs";

const require = createRequire(import.meta.url);
const library = require("intrinsic-params");
const { passesOf } = require("intrinsic-params/dist/learning/passes/passesOf.js");
const { linksOf } = require("intrinsic-params/dist/learning/passes/link.js");
const { preparePasses } = require("intrinsic-params/dist/learning/train/preparePasses.js");

const BATCH = 128;
const PIXELS = 28 * 28;
/** Training is stopped by the number of its steps, never by epochs. */
const ENDLESS = 1_000_000;
const tf = await library.tensorflow();
let data;
const trainings = {};

const bytes = (values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const part = (set, count) => ({
  images: set.images.subarray(0, count * PIXELS),
  labels: set.labels.subarray(0, count),
});
const mnist = async () => {
  data ??= library.standardise(await library.mnist());
  return data;
};

/** All of MNIST in files that the other side can read. */
async function writeData({ folder }) {
  const all = await mnist();
  for (const name of ["train", "test"])
    for (const what of ["images", "labels"])
      fs.writeFileSync(path.join(folder, `${name}.${what}`), bytes(all[name][what]));
  return { train: all.train.labels.length, test: all.test.labels.length };
}

const concatenated = (parts) => {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const each of parts) {
    all.set(each, from);
    from += each.length;
  }
  return all;
};

/** Loss and gradients of one batch, the weights and gradients written to files. */
async function agree({ folder, strategy }) {
  const model = await library.paperCNN({ seed: 1, dropout: 0 });
  const all = await mnist();
  const set = part(all.train, BATCH);
  const batch = {
    images: tf.tensor(set.images, [BATCH, 28, 28, 1]),
    labels: tf.tensor1d(Int32Array.from(set.labels), "int32"),
  };
  // One pass moves the statistics of every BatchNorm away from 0 and 1.
  const warm = passesOf(tf, linksOf(model));
  warm.train(batch, [], { seed: 0, step: 0 });
  freeze(model, strategy);
  const weights = library.weightsByName(model);
  const shapes = Object.fromEntries(
    model.layers.flatMap((layer) =>
      layer.weights.map(({ originalName, read, shape }) => [originalName, shape ?? read().shape]),
    ),
  );
  let from = 0;
  const entries = Object.entries(weights).map(([name, { length: size }]) => {
    from += size;
    return { name, from: from - size, size, shape: shapes[name] };
  });
  fs.writeFileSync(path.join(folder, "weights.f32"), bytes(concatenated(Object.values(weights))));
  const method = library.unfrozenWeights(model);
  const wanted = model.trainableWeights.map(({ originalName }) => originalName);
  const options = { cache: strategy === "cached S2" };
  const { passes, prepare } = preparePasses({ tf, model, method, options }, (thing) => thing);
  const prepared = await prepare(set);
  const input = prepared.pick(Int32Array.from(set.labels, (_, i) => i));
  const { loss, gradients } = passes.train(input, method.carriers, { seed: 0, step: 0 });
  const values = gradients.map((gradient) => gradient.dataSync());
  fs.writeFileSync(path.join(folder, "ours.f32"), bytes(concatenated(values)));
  tf.dispose([batch, gradients]);
  input.dispose();
  prepared.dispose();
  passes.dispose();
  warm.dispose();
  model.dispose();
  return { weights: entries, wanted, sizes: values.map(({ length }) => length), loss: loss / BATCH };
}

function radam({ steps, start, gradients, values, options, learningRate }) {
  const each = fs.readFileSync(gradients);
  const size = start.length;
  const all = new Float32Array(each.buffer, each.byteOffset, each.byteLength / 4);
  const variable = tf.variable(tf.tensor1d(start));
  const optimizer = library.radam(tf, [variable], options);
  const rows = [];
  for (let t = 0; t < steps; t++) {
    const gradient = tf.tensor1d(all.slice(t * size, (t + 1) * size));
    optimizer.apply([gradient], learningRate);
    gradient.dispose();
    rows.push(variable.dataSync().slice());
  }
  fs.writeFileSync(values, bytes(concatenated(rows)));
  optimizer.dispose();
  variable.dispose();
  return {};
}

const freeze = (model, strategy) => library.freeze(model, { train: strategy === "S1" ? "all" : [2, 4] });

/** `fit` itself, stopped after its first step and let go for so many steps at a time. */
class Training {
  #left = 1;
  #taken = 0;
  #arrived = [];
  #go = () => {};
  #abort = new AbortController();

  static async start({ strategy, count, model }) {
    const training = new Training();
    const all = await mnist();
    model ??= await library.paperCNN({ seed: 1 });
    if (strategy) freeze(model, strategy);
    const first = training.#steps();
    const started = performance.now();
    const fitting = library.fit(
      model,
      { ...all, train: part(all.train, count) },
      {
        epochs: ENDLESS,
        batch: BATCH,
        cache: strategy === "cached S2",
        evaluateEvery: 0,
        learningRate: 0.002,
        signal: training.#abort.signal,
        onStep: () => training.#step(),
      },
    );
    training.end = async () => {
      training.#abort.abort();
      training.#go();
      await fitting;
      model.dispose();
    };
    await Promise.race([first, fitting]);
    training.preparing = (performance.now() - started) / 1000;
    return training;
  }

  #steps() {
    return new Promise((resolve) => this.#arrived.push(resolve));
  }

  async #step() {
    this.#taken++;
    if (--this.#left > 0) return;
    this.#arrived.shift()?.();
    await new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  /** The seconds that so many steps take, and how many `fit` took in them. */
  async steps(repeats) {
    this.#left = repeats;
    this.#taken = 0;
    const arrived = this.#steps();
    const start = performance.now();
    this.#go();
    await arrived;
    return { seconds: (performance.now() - start) / 1000, steps: this.#taken };
  }
}

async function prepare(request) {
  trainings[request.strategy] = await Training.start(request);
  return { preparing: trainings[request.strategy].preparing };
}

const steps = ({ strategy, repeats }) => trainings[strategy].steps(repeats);

/** Seconds for so many steps of `model.fit` of TensorFlow.js, by its own Adam, with the images in memory. */
function stock({ images, labels }, model) {
  const count = labels.length;
  const x = tf.tensor(images, [count, 28, 28, 1]);
  const y = tf.tensor1d(Float32Array.from(labels));
  model.compile({
    optimizer: tf.train.adam(0.002),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return async (repeats) => {
    const start = performance.now();
    for (let left = repeats * BATCH; left > 0; left -= count) {
      const size = Math.min(left, count);
      const [part, truth] = tf.tidy(() => [x.slice(0, size), y.slice(0, size)]);
      await model.fit(part, truth, { batchSize: BATCH, epochs: 1, verbose: 0 });
      tf.dispose([part, truth]);
    }
    return (performance.now() - start) / 1000;
  };
}

/** Networks that are native in part only beside one that is as a whole, and beside TensorFlow.js's own training. */
async function mixed({ count, limits }) {
  const set = part((await mnist()).train, count);
  const started = [];
  const ours = async (name) => {
    const training = await Training.start({ count, model: pooledModels[name](tf) });
    started.push(training);
    return async (repeats) => (await training.steps(repeats)).seconds;
  };
  const sides = {
    native: await ours("native"),
    mixed: await ours("mixed"),
    mixedFit: stock(set, pooledModels.mixed(tf)),
    residual: await ours("residual"),
    residualFit: stock(set, pooledModels.residual(tf)),
  };
  const measured = await interleave(sides, limits, {
    mixed: ["mixed", "native"],
    mixedFit: ["mixedFit", "mixed"],
    residualFit: ["residualFit", "residual"],
  });
  for (const training of started) await training.end();
  return measured;
}

/** Memory in use after each of some short epochs; then the most of all with the whole data set. */
async function memory({ strategy, count, steps: long, short }) {
  const all = await mnist();
  const started = resident().now;
  const model = await library.paperCNN({ seed: 1 });
  freeze(model, strategy);
  const epochs = [];
  const few = { ...all, train: part(all.train, short.count), test: part(all.test, short.test) };
  await library.fit(model, few, {
    epochs: short.epochs,
    batch: BATCH,
    cache: strategy === "cached S2",
    onEpoch: () => {
      epochs.push({ memory: resident().now, tensors: tf.memory().numTensors });
    },
  });
  model.dispose();
  const training = await Training.start({ strategy, count });
  await training.steps(long);
  const { preparing } = training;
  await training.end();
  return { started, epochs, preparing, peak: resident().peak };
}

/** Bytes in use now and at most. */
function resident() {
  try {
    const lines = fs.readFileSync("/proc/self/status", "ascii");
    const of = (name) => Number(lines.match(new RegExp(`^${name}:\\s*(\\d+)`, "m"))[1]) * 1024;
    return { now: of("VmRSS"), peak: of("VmHWM") };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
  }
}

const versions = async () => library.backendInfo();
const OPERATIONS = { versions, writeData, agree, radam, prepare, steps, mixed, memory };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(await OPERATIONS[request.operation](request)));
}
process.exit(0);
