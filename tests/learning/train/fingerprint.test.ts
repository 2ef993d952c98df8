import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  biasesOnly,
  combine,
  headOnly,
  lora,
  type Method,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreTrained,
  type Tensorflow,
  tensorflow,
  trainedNumbers,
  vera,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { disposables } = disposedAfterEach();

function backbone(seed = 1): LayersModel {
  const dense = (units: number, index: number) => {
    const kernelInitializer = tf.initializers.heNormal({ seed: 10 * seed + index });
    return tf.layers.dense({ name: `block${index}/dense`, inputShape: [6], units, kernelInitializer });
  };
  const model = tf.sequential({ layers: [dense(6, 1), dense(3, 2)] });
  disposables.push(model);
  return model;
}

/** Numbers that differ from the start by a formula, as a training would leave them. */
function numbersOf(model: LayersModel, method: Method) {
  disposables.push(method);
  method.parameters.forEach((parameter, k) => {
    tf.tidy(() =>
      parameter.assign(
        tf.add(
          parameter,
          tf.tensor(
            Array.from({ length: parameter.size }, (_, i) => Math.sin(i + k)),
            parameter.shape,
          ),
        ),
      ),
    );
  });
  method.write();
  return trainedNumbers({ model, method });
}

type Make = (model: LayersModel, seed?: number) => Method;
const seeded: Record<string, Make> = {
  vera: (model, seed) => vera(model, { rank: 3, seed }),
  // One number of one layer: other seeds give equal sizes.
  subset: (model, seed) => randomSubset(model, { count: 1, layers: [2], seed }),
  subspace: (model, seed) => randomSubspace(model, { dimension: 4, seed }),
  networks: (model, seed) => randomNetworks(model, { count: 3, seed }),
};
const others: Record<string, Make> = {
  lora: (model) => lora(model, { rank: 2 }),
  head: headOnly,
  biases: (model) => biasesOnly(model),
  "head + lora": (model) => combine(headOnly(model), lora(model, { rank: 1, layers: [1] })),
};

describe.each(Object.entries({ ...seeded, ...others }))("numbers of %s", (_, make) => {
  it("come back on an equal backbone, and another backbone is refused and left as it was", () => {
    const model = backbone();
    const numbers = numbersOf(model, make(model, 7));
    const equal = backbone();
    const same = make(equal, 7);
    restoreTrained({ model: equal, method: same }, numbers);
    expect(weightsByName(equal)).toEqual(weightsByName(model));
    const other = backbone(2);
    const method = make(other, 7);
    const before = weightsByName(other);
    expect(() => restoreTrained({ model: other, method }, numbers)).toThrow(
      /belong to another backbone, or to a .* build both as they were/,
    );
    expect(weightsByName(other)).toEqual(before);
    disposables.push(same, method);
  });
});

describe.each(Object.entries(seeded))("%s", (_, make) => {
  it("of another seed refuses the numbers: its random constants are others", () => {
    const model = backbone();
    const numbers = numbersOf(model, make(model, 7));
    const other = backbone();
    const method = make(other, 8);
    disposables.push(method);
    expect(() => restoreTrained({ model: other, method }, numbers)).toThrow(
      /of another seed or other options/,
    );
  });
});

it("LoRA's numbers hold all of A and B: another seed gives the same weights, another α is refused", () => {
  const model = backbone();
  const numbers = numbersOf(model, lora(model, { rank: 2, seed: 1 }));
  const other = backbone();
  const reseeded = lora(other, { rank: 2, seed: 2 });
  restoreTrained({ model: other, method: reseeded }, numbers);
  expect(weightsByName(other)).toEqual(weightsByName(model));
  const third = backbone();
  const louder = lora(third, { rank: 2, alpha: 4, seed: 1 });
  disposables.push(reseeded, louder);
  expect(() => restoreTrained({ model: third, method: louder }, numbers)).toThrow(/other options/);
});

it("numbers without a fingerprint, and numbers that are not finite, are refused", () => {
  const model = backbone();
  const method = headOnly(model);
  const numbers = numbersOf(model, method);
  const { fingerprint: _, ...bare } = numbers;
  expect(() => restoreTrained({ model, method }, bare as never)).toThrow(/fingerprint missing/);
  const spoilt = { ...numbers, parameters: numbers.parameters.map((values) => values.map(() => Number.NaN)) };
  expect(() => restoreTrained({ model, method }, spoilt)).toThrow(/must be finite; got NaN: train and store/);
  expect(trainedNumbers({ model, method })).toEqual(numbers);
});

it("an α or a start that is no number leaves the model's kernels alone", () => {
  const model = backbone();
  const before = weightsByName(model);
  expect(() => lora(model, { alpha: Number.NaN })).toThrow(/alpha must be a finite number; got NaN/);
  expect(() => vera(model, { start: Number.NaN })).toThrow(/start must be a finite number; got NaN/);
  expect(weightsByName(model)).toEqual(before);
});
