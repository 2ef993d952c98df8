import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { difference } from "./lib/agreement.mjs";
import { congruential } from "./lib/congruential.mjs";
import { interleave } from "./lib/interleave.mjs";
import { jsonWorker } from "./lib/json-worker.mjs";
import { pytorchPython } from "./lib/pytorch.mjs";
import { printTraining } from "./lib/training-report.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

const FULL = {
  count: 12_800,
  tries: 5,
  limits: { rounds: 15, least: 5, budget: 30, sample: 0.8 },
  memory: { count: 60_000, steps: 5, short: { count: 640, test: 500, epochs: 8 } },
};
const QUICK = {
  count: 1_280,
  tries: 1,
  limits: { rounds: 3, least: 3, budget: 2, sample: 0.1 },
  memory: { count: 1_280, steps: 2, short: { count: 128, test: 128, epochs: 3 } },
};
/** Steps in an epoch of 60,000 images in batches of 128. */
export const STEPS = 469;

const STRATEGIES = ["S1", "S2", "cached S2"];
/** Relative to the largest gradient of the same tensor. */
const GRADIENTS = 1e-4;
/** Relative to the largest value: a few units in the last place of float32, after 200 steps. */
const VALUES = 2e-6;
const OPTIMIZERS = [
  ["RAdam, no weight decay", { weightDecay: 0 }],
  ["RAdam, coupled weight decay", { weightDecay: 0.01 }],
  ["RAdam, decoupled weight decay", { weightDecay: 0.01, decoupled: true }],
];

/**
 * The training of the paper's CNN beside PyTorch on the CPU, with the same network, batch and threads: agreement of
 * loss, gradients and optimizer first, then seconds a step and memory of S1, S2 and S2 on cached features; and networks
 * that are native in part only, beside TensorFlow.js's own training.
 * @param {{ quick?: boolean }} options
 * @returns {Promise<object>} the rows and what was measured on; `agree` tells whether both sides computed the same
 */
export async function benchmark({ quick = false } = {}) {
  const started = performance.now();
  const result = await measure(await pytorchPython(), quick ? QUICK : FULL);
  Object.assign(result, { benchmark: "training", quick, seconds: (performance.now() - started) / 1000 });
  printTraining(result);
  return result;
}

/** What `benchmark` measures, with a Python that has PyTorch. */
export async function measure(python, size) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-benchmark-"));
  const threads = os.availableParallelism();
  const workers = [];
  const start = () => {
    const pair = {
      ours: jsonWorker(process.execPath, [path.join(HERE, "lib", "training-worker.mjs")], {
        name: "Node.js",
        env: { INTRINSIC_PARAMS_THREADS: String(threads) },
      }),
      theirs: jsonWorker(python, ["-W", "error", path.join(HERE, "training.py")], {
        name: "PyTorch",
        env: { OMP_NUM_THREADS: String(threads), CUDA_VISIBLE_DEVICES: "" },
      }),
    };
    workers.push(pair.ours, pair.theirs);
    return pair;
  };
  try {
    const pair = start();
    const machine = {
      cpu: os.cpus()[0]?.model ?? "unknown",
      cores: os.cpus().length,
      threads,
      platform: `${process.platform} ${process.arch}`,
      ...(await pair.ours.ask({ operation: "versions" })),
      ...(await pair.theirs.ask({ operation: "versions", threads })),
    };
    await pair.ours.ask({ operation: "writeData", folder });
    const agreement = await agreementRows(pair, folder);
    // Times of networks that compute different things would say nothing.
    const agree = agreement.every((row) => row.agree);
    const speed = agree ? await speedRows(pair, folder, size) : {};
    if (agree) speed.mixed = await mixedRows(pair, size);
    await Promise.all([pair.ours.close(), pair.theirs.close()]);
    const memory = [];
    if (agree)
      for (const strategy of STRATEGIES)
        memory.push(
          await memoryRow(start, { folder, strategy, form: speed.forms[strategy], ...size.memory }),
        );
    const kept = memory.every(({ ours }) => ours.tensors);
    machine.load = os.loadavg().map((x) => Number(x.toFixed(2)));
    return { machine, agree: agree && kept, agreement, ...speed, memory };
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const floats = (file) => new Float32Array(new Uint8Array(fs.readFileSync(file)).buffer);

/** Both sides on the same weights and batch, and the optimizers along the same gradients. */
export async function agreementRows({ ours, theirs }, folder) {
  const rows = [];
  const row = (name, apart, allowed) =>
    rows.push({ name, difference: apart, allowed, agree: apart <= allowed });
  const file = (name) => path.join(folder, name);
  for (const strategy of STRATEGIES) {
    const here = await ours.ask({ operation: "agree", folder, strategy });
    const { weights, wanted } = here;
    const there = await theirs.ask({ operation: "agree", folder, strategy, weights, wanted });
    row(`loss, ${strategy}`, Math.abs(here.loss - there.loss) / there.loss, GRADIENTS);
    const gradients = difference(floats(file("ours.f32")), floats(file("theirs.f32")), here.sizes);
    row(`gradients, ${strategy}`, gradients, GRADIENTS);
  }
  const steps = 200;
  const start = [0.3, -2, 5, 0.01, -0.7, 1, -40, 8];
  fs.writeFileSync(file("gradients.f32"), randomGradients(steps, start.length));
  for (const [name, { weightDecay, decoupled = false }] of OPTIMIZERS) {
    const request = { operation: "radam", start, steps, gradients: file("gradients.f32") };
    const learningRate = 0.002;
    await ours.ask({
      ...request,
      values: file("ours.f32"),
      learningRate,
      options: { weightDecay, decoupled },
    });
    await theirs.ask({
      ...request,
      values: file("theirs.f32"),
      options: { lr: learningRate, weight_decay: weightDecay, decoupled_weight_decay: decoupled },
    });
    row(`${name}, ${steps} steps`, difference(floats(file("ours.f32")), floats(file("theirs.f32"))), VALUES);
  }
  return rows;
}

const GRADIENTS_SEED = 2022;

/** Gradients of many sizes, the same in every run: a linear congruential generator. */
function randomGradients(steps, size) {
  const next = congruential(GRADIENTS_SEED);
  return Float32Array.from({ length: steps * size }, (_, i) => {
    return (next() / 2 ** 31 - 1) * 10 ** ((i % size) - 4);
  });
}

/** Seconds a step; `rows.X.ratios.Y` is the time of Y over ours in X. */
export async function speedRows({ ours, theirs }, folder, { count, tries, limits }) {
  const forms = {};
  const formTimes = {};
  for (const strategy of STRATEGIES) {
    const chosen = await theirs.ask({ operation: "prepare", folder, strategy, count, tries });
    forms[strategy] = chosen.form;
    formTimes[strategy] = chosen.times;
    await ours.ask({ operation: "prepare", strategy, count });
  }
  const side = (worker, strategy, form) => async (repeats) =>
    (await worker.ask({ operation: "steps", strategy, form, repeats })).seconds;
  const rows = {};
  for (const strategy of STRATEGIES) {
    const sides = {
      ours: side(ours, strategy),
      pytorch: side(theirs, strategy, "fastest"),
      pytorchDefault: side(theirs, strategy, "default"),
    };
    // What a user of PyTorch runs who does not cache.
    if (strategy === "cached S2") {
      sides.pytorchS2 = side(theirs, "S2", "fastest");
      sides.pytorchS2Default = side(theirs, "S2", "default");
    }
    rows[strategy] = await interleave(sides, limits);
  }
  return { forms, formTimes, rows };
}

/** Ours alone: networks of which one link, or what joins branches, is left to TensorFlow.js. */
const mixedRows = ({ ours }, { count, limits }) => ours.ask({ operation: "mixed", count, limits });

/** Peak and growth of memory, each side in a process of its own. */
async function memoryRow(start, request) {
  const pair = start();
  const row = { strategy: request.strategy, images: request.count };
  for (const [name, worker] of Object.entries(pair)) {
    if (name === "theirs") await worker.ask({ operation: "versions", threads: os.availableParallelism() });
    const { epochs, ...rest } = await worker.ask({ operation: "memory", ...request });
    const counts = epochs.map(({ tensors }) => tensors);
    row[name] = {
      ...rest,
      epochs: epochs.map(({ memory }) => memory),
      // The first epoch sets up what stays, on either side.
      growth: epochs.at(-1).memory === null ? null : epochs.at(-1).memory - epochs[1].memory,
      tensors: counts.every((count) => count === counts[0]),
    };
    await worker.close();
  }
  return row;
}
