import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Dataset,
  dataset,
  type FitOptions,
  type FitResult,
  fit as fitModel,
  freeze,
  loadTraining,
  lora,
  normals,
  paperCNN,
  randomGenerator,
  saveTraining,
  type TrainingState,
  tensorflow,
  weightsByName,
} from "../../../src/learning";

/** Noise in two classes, 100 images: with batches of 32 an epoch ends with a batch of four. */
function noise(): Dataset {
  const set = (count: number, seed: number) => ({
    images: Float32Array.from(normals(count * 28 * 28, randomGenerator(seed))),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
  });
  const parts = { train: set(100, 1), test: set(20, 2), validation: set(20, 3) };
  return dataset({ name: "noise", shape: [28, 28, 1], classes: ["a", "b"], ...parts, checksums: {} });
}

await tensorflow();
const data = noise();
const numbers = (result: FitResult) => result.epochs.map(({ seconds, ...rest }) => rest);
const small = (seed: number) => paperCNN({ seed, width: 0.125, classes: 2 });
const options: FitOptions = { epochs: 2, batch: 32, seed: 7, keepBest: true };

const ways: Record<string, (model: Awaited<ReturnType<typeof small>>) => FitOptions> = {
  "all weights": () => options,
  "cached features": (model) => {
    freeze(model, { train: [2, 4] });
    return { ...options, cache: true };
  },
  "an adapter": (model) => ({ ...options, method: lora(model, { rank: 2, seed: 3 }) }),
  "without the short batch": () => ({ ...options, dropLast: true }),
};

describe("resumed from a state within an epoch, a training ends bit for bit where the uninterrupted one does", () => {
  for (const [name, way] of Object.entries(ways)) {
    it(`${name}: after every step`, { timeout: 120_000 }, async () => {
      const states: TrainingState[] = [];
      const whole = await small(0);
      const first = way(whole);
      const result = await fitModel(whole, data, {
        ...first,
        checkpointEvery: 0,
        onCheckpoint: (state) => void states.push(structuredClone(state)),
      });
      first.method?.dispose();
      const steps = first.dropLast ? 3 : 4;
      expect(states.map(({ step }) => step)).toEqual(Array.from({ length: 2 * steps }, (_, i) => i + 1));
      for (const state of states) {
        // An adapter builds on the weights that it was made on.
        const model = await small(first.method ? 0 : 99);
        const own = way(model);
        const resumed = await fitModel(model, data, { ...own, resume: state });
        own.method?.dispose();
        expect(weightsByName(model), `step ${state.step}`).toEqual(weightsByName(whole));
        expect(numbers(resumed)).toEqual(numbers(result));
        expect(resumed.steps).toBe(result.steps);
      }
    });
  }
});

it("a signal gives the state after the last step that was taken, to a file and back", {
  timeout: 60_000,
}, async () => {
  const whole = await small(0);
  const result = await fitModel(whole, data, options);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "within-"));
  const file = path.join(folder, "training");
  let runs = 0;
  for (let taken = 0; taken < 8; runs++) {
    const controller = new AbortController();
    const model = await small(runs === 0 ? 0 : 99);
    const stopped = await fitModel(model, data, {
      ...options,
      signal: controller.signal,
      resume: await loadTraining(file),
      // So long that only the signal makes a state within an epoch.
      checkpointEvery: 1e6,
      onCheckpoint: (state) => saveTraining(file, state),
      onStep: ({ step }) => {
        expect(step).toBe(taken + 1);
        taken = step;
        controller.abort();
      },
    });
    expect(stopped.aborted).toBe(true);
  }
  expect(runs).toBe(8);
  // All steps are taken; what is left is the last evaluation.
  const model = await small(99);
  const ended = await fitModel(model, data, {
    ...options,
    resume: await loadTraining(file),
    onStep: () => expect.fail("a step was taken twice"),
  });
  expect(numbers(ended)).toEqual(numbers(result));
  expect(weightsByName(model)).toEqual(weightsByName(whole));
  fs.rmSync(folder, { recursive: true });
});

it("without checkpointEvery there are states of whole epochs only, also where a signal stops it", async () => {
  const controller = new AbortController();
  const states: TrainingState[] = [];
  await fitModel(await small(0), data, {
    ...options,
    signal: controller.signal,
    onStep: ({ step }) => void (step === 6 && controller.abort()),
    onCheckpoint: (state) => void states.push(state),
  });
  expect(states.map(({ step, within }) => [step, within])).toEqual([[4, undefined]]);
});

it("refuses a number of seconds that is none, and a state whose begun epoch does not fit", async () => {
  const model = await small(0);
  for (const wrong of [-1, Number.NaN, "5"])
    await expect(fitModel(model, data, { checkpointEvery: wrong as number })).rejects.toThrow(
      /checkpointEvery must be a number of seconds ≥ 0; got/,
    );
  const states: TrainingState[] = [];
  const keep = (state: TrainingState) => void states.push(structuredClone(state));
  await fitModel(model, data, { ...options, checkpointEvery: 0, onCheckpoint: keep });
  const [state] = states;
  const with_ = (seen: number) => ({ ...state, within: { loss: 0, correct: 0, seconds: 0, seen } });
  await expect(fitModel(model, data, { ...options, resume: with_(64) })).rejects.toThrow(
    /after 1 steps; 0 epochs of 100 images by 32 and 64 images more are 2/,
  );
  await expect(fitModel(model, data, { ...options, resume: with_(128) })).rejects.toThrow(
    /resume: the state is/,
  );
  await expect(
    fitModel(model, data, { ...options, epochs: 1, resume: states.find(({ step }) => step === 5) }),
  ).rejects.toThrow(/after epoch 1; epochs is 1/);
});
