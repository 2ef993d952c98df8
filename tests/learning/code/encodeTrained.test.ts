import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  type Choice,
  certifyGeneralisation,
  combine,
  decodeTrained,
  type EncodeOptions,
  encodeTrained,
  evaluate,
  fit as fitModel,
  headOnly,
  leNet,
  type Method,
  predict,
  type Quantiser,
  type RoundedMethod,
  randomSubspace,
  spirals,
  tensorflow,
  vera,
  weightsByName,
  withRounding,
  writeMenu,
} from "../../../src/learning";
import { methodOf } from "../../../src/learning/experiment/methodOf";
import { disposedAfterEach } from "../../helpers/disposables";
import { METHOD_CASES, noise, smallNetwork } from "../method/methodCases";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const data = noise();
const learnt: Quantiser = { kind: "learnt", levels: 5 };
const uniform: Quantiser = { kind: "uniform", levels: 16 };

type Make = (model: ReturnType<typeof smallNetwork>) => Method;
const ways: readonly (readonly [string, Make])[] = [
  ...METHOD_CASES.map(({ configuration }): readonly [string, Make] => [
    configuration.name,
    (model) => methodOf(model, configuration, 0),
  ]),
  ["two at once", (model) => combine(headOnly(model), vera(model, { rank: 2, layers: ["a"] }))],
];
const [shortly] = [{ epochs: 2, batch: 10, evaluateEvery: 0, learningRate: 0.02 }];

const menuOf = (quantisers: readonly Quantiser[]) =>
  writeMenu({ quantiser: quantisers as never, seed: [0, 1] });
const centred: Quantiser = { kind: "centred", levels: 3, perLayer: true };
const menu = menuOf([uniform, learnt, centred]);

/** A model trained by a method, first without rounding, then with it, and how a decoder builds it. */
async function trained(make: Make, quantiser: Quantiser) {
  const model = own(smallNetwork(tf));
  const method = make(model);
  await fitModel(model, data, { ...shortly, method });
  const rounded = withRounding(method, quantiser);
  await fitModel(model, data, { ...shortly, method: rounded });
  const build = ({ quantiser }: Choice) => {
    const blank = smallNetwork(tf);
    return { model: blank, method: make(blank), quantiser: quantiser as Quantiser };
  };
  const choice: Choice = { quantiser: quantiser as never, seed: 0 };
  const options: EncodeOptions = {
    ...{ menu, build, choice, model, method: rounded, seen: [] },
    images: data.train,
  };
  return { model, method: rounded, options };
}

describe("withRounding", () => {
  // Methods that leave a BatchNorm unfrozen move its statistics, which the code does not carry.
  const legal = ways.filter(([name]) => !["weights", "batchNorm", "biases"].includes(name));

  it.each(legal)(
    "%s: what it trained is rebuilt bit for bit by a decoder of another model",
    async (_, make) => {
      for (const quantiser of menu.lists.quantiser as unknown as readonly Quantiser[]) {
        const { model, options } = await trained(make, quantiser);
        const { bytes, ledger } = await encodeTrained(options);
        const again = await decodeTrained(bytes, { menu, build: options.build });
        own(again.model);
        expect(again.choice).toEqual(options.choice);
        expect(Object.values(weightsByName(again.model))).toEqual(Object.values(weightsByName(model)));
        const [before, after] = [await predict(model, data.test), await predict(again.model, data.test)];
        expect(after.probabilities).toEqual(before.probabilities);
        expect(Math.ceil(ledger.bits / 8)).toBe(bytes.length);
        expect(ledger.entries.reduce((sum, { bits }) => sum + bits, 0)).toBe(ledger.bits);
      }
    },
  );

  it.each(ways)(
    "%s: the model holds only levels of the book at every step, and comes off again",
    async (_, make) => {
      const model = own(smallNetwork(tf));
      const first = weightsByName(model);
      const method = make(model);
      await fitModel(model, data, { ...shortly, method });
      const rounded = withRounding(method, learnt);
      await fitModel(model, data, {
        ...{ ...shortly, method: rounded },
        onStep: () => {
          const values = new Set(method.parameters.flatMap((one) => [...one.dataSync()]));
          expect(values.size).toBeLessThanOrEqual(5);
        },
      });
      rounded.unload();
      expect(weightsByName(model)).toEqual(first);
      rounded.dispose();
    },
  );

  it("with centred levels nothing pushes a number further out that is beyond them", async () => {
    const model = own(smallNetwork(tf));
    const rounded = own(withRounding(headOnly(model), { ...centred, perLayer: false }));
    const [kernel, , book] = rounded.parameters;
    const step = book.dataSync()[0];
    const values = kernel.dataSync().map((_, i) => [-3, -0.2, 0.2, 3][i % 4] * step);
    kernel.assign(tf.tensor(values, kernel.shape as [number, number]));
    for (const sign of [1, -1]) {
      const gradients = rounded.parameters.slice(0, 2).map(({ shape }) => tf.fill(shape, sign));
      const [pulled, ...others] = rounded.pullback(gradients);
      // A step goes against the gradient: −3 steps is pushed out by 1, 3 steps by −1.
      const expected = kernel.dataSync().map((_, i) => (i % 4 === (sign === 1 ? 0 : 3) ? 0 : sign));
      expect(pulled.dataSync()).toEqual(expected);
      // ∂(level)/∂(step) = −1, 0, 1
      const symbols = rounded.quantised().symbols.flatMap((each) => [...each]);
      const sum = symbols.reduce((all, symbol) => all + (symbol - 1) * sign, 0);
      expect(others.at(-1)?.dataSync()[0]).toBe(sum);
      for (const each of [pulled, ...others]) each.dispose();
    }
  });

  it("trains numbers and levels together: a coarse adapter learns what rounding afterwards lost", async () => {
    const spiral = spirals({ train: 200, test: 50, noise: 0.02, seed: 1 });
    const model = own(
      tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: spiral.shape as number[] }),
          ...[2, 3].map((seed) =>
            tf.layers.dense({
              units: 24,
              activation: "relu",
              kernelInitializer: tf.initializers.heNormal({ seed }),
            }),
          ),
          tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.heNormal({ seed: 4 }) }),
        ],
      }),
    );
    const method = randomSubspace(model, { dimension: 120 });
    await fitModel(model, spiral, { epochs: 60, batch: 20, evaluateEvery: 0, learningRate: 0.02, method });
    const exact = await evaluate(model, spiral.train);
    const rounded = withRounding(method, { kind: "learnt", levels: 3 });
    const levels = () => rounded.parameters.at(-1)?.dataSync().slice();
    const [before, begun] = [await evaluate(model, spiral.train), levels()];
    await fitModel(model, spiral, {
      ...{ epochs: 60, batch: 20, evaluateEvery: 0, learningRate: 0.005 },
      method: rounded,
    });
    const after = await evaluate(model, spiral.train);
    expect(before.loss).toBeGreaterThan(exact.loss);
    expect(after.loss).toBeLessThan(before.loss);
    expect(levels()).not.toEqual(begun);
    rounded.dispose();
  });

  it("goes on from a checkpoint to the same bits", async () => {
    const model = own(smallNetwork(tf));
    const rounded = withRounding(randomSubspace(model, { dimension: 25 }), uniform);
    const states: Parameters<NonNullable<Parameters<typeof fitModel>[2]>["onCheckpoint"] & {}>[0][] = [];
    await fitModel(model, data, {
      ...{ ...shortly, method: rounded },
      onCheckpoint: (state) => void states.push(state),
    });
    const end = rounded.quantised();
    await fitModel(model, data, { ...shortly, method: rounded, resume: states[0] });
    expect(rounded.quantised()).toEqual(end);
    rounded.dispose();
  });

  it.each([learnt, uniform])(
    "a book of $kind levels moves by no more than the numbers do",
    async (quantiser) => {
      const model = own(smallNetwork(tf));
      const method = randomSubspace(model, { dimension: 25 });
      await fitModel(model, data, { ...shortly, method });
      const rounded = withRounding(method, quantiser);
      const before = rounded.parameters.map((one) => one.dataSync().slice());
      await fitModel(model, data, { ...{ ...shortly, method: rounded }, learningRate: 1e-3 });
      // 6 steps of RAdam.
      for (const [i, values] of before.entries()) {
        const now = rounded.parameters[i].dataSync();
        for (const [j, value] of values.entries()) expect(Math.abs(now[j] - value)).toBeLessThan(6 * 5e-3);
      }
      const used = new Set(rounded.quantised().symbols.flatMap((each) => [...each]));
      expect(used.size).toBeGreaterThan(quantiser.levels / 2);
      rounded.dispose();
    },
  );

  it("refuses what is no method, and what is no quantiser", () => {
    const model = own(smallNetwork(tf));
    expect(() => withRounding({} as Method, uniform)).toThrow(/takes a method made of the model/);
    expect(() => withRounding(headOnly(model), { kind: "uniform", levels: 0 })).toThrow(/levels must be/);
  });
});

describe("encodeTrained", () => {
  const subspace: Make = (model) => randomSubspace(model, { dimension: 25 });

  it("lists every bit, and the bound of its sum holds more than the training error", async () => {
    const { model, options } = await trained(subspace, uniform);
    const { ledger } = await encodeTrained(options);
    expect(ledger.entries.map(({ what }) => what)).toEqual([
      "place in a menu of 6",
      "whether mean and deviation are sent",
      "code books, 2 numbers of 16 bits",
      "25 trained numbers by an adaptive arithmetic code",
    ]);
    expect(ledger.entries.slice(0, 3).map(({ bits }) => bits)).toEqual([3, 1, 32]);
    expect(ledger.menu).toBe(menu.checksum);
    const { accuracy } = await evaluate(model, data.train);
    const [count, errors] = [30, Math.round(30 * (1 - accuracy))];
    const bound = certifyGeneralisation({ errors, count, bits: ledger.bits, delta: 0.05 });
    expect(bound).toBeGreaterThan(errors / count);
  });

  it("sends mean and deviation that depend on the images, and refuses to leave them out", async () => {
    const { options } = await trained(subspace, uniform);
    const values = data.train.images as Float32Array;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    const images = { ...data.train, images: values.map((x) => (x - mean) / deviation) };
    await expect(encodeTrained({ ...options, images })).rejects.toThrow(/fixed beforehand/);
    const moments = { mean: 0.25, deviation: 0.5 };
    const { bytes, ledger } = await encodeTrained({ ...options, images, moments });
    expect(ledger.entries).toContainEqual({ what: "mean and deviation of the images", bits: 64 });
    const again = await decodeTrained(bytes, { menu, build: options.build });
    own(again.model);
    expect(again.moments).toEqual(moments);
  });

  it("refuses a seed that is not on the menu", async () => {
    const { options } = await trained(subspace, uniform);
    const choice = { ...options.choice, seed: 2 };
    await expect(encodeTrained({ ...options, choice })).rejects.toThrow(
      /seed must be one of the 2 values on the menu; got 2/,
    );
    await expect(encodeTrained({ ...options, choice: { ...options.choice, luck: 1 } })).rejects.toThrow(
      /no list "luck"/,
    );
  });

  it("refuses a backbone that has seen one of the images, however these were scaled", async () => {
    const { options } = await trained(subspace, uniform);
    const values = data.train.images as Float32Array;
    const seen = [{ images: values.slice(50, 100).map((x) => 3 * x - 7), labels: Uint8Array.of(0) }];
    await expect(encodeTrained({ ...options, seen })).rejects.toThrow(/got 1 that it has seen/);
    const others = [{ images: noise(60).train.images.slice(30 * 50), labels: new Uint8Array(30) }];
    await expect(encodeTrained({ ...options, seen: others })).resolves.toHaveProperty("bytes");
  });

  it("refuses statistics of BatchNorm that have moved, and says which", async () => {
    const make: Make = (model) => methodOf(model, { name: "batchNorm", layers: ["a"] }, 0);
    const { options } = await trained(make, uniform);
    await expect(encodeTrained(options)).rejects.toThrow(/model: a\/bn\/moving_mean differs/);
  });

  it("refuses a backbone or a projection that the decoder does not have", async () => {
    const { model, options } = await trained(subspace, uniform);
    const build: EncodeOptions["build"] = (choice) => {
      const blank = smallNetwork(tf);
      const method = randomSubspace(blank, { dimension: 25, seed: 7 });
      return { model: blank, method, quantiser: choice.quantiser as never };
    };
    await expect(encodeTrained({ ...options, build })).rejects.toThrow(/rebuilds is not the trained model/);
    const weight = model.weights[0].read() as ReturnType<typeof tf.variable>;
    tf.tidy(() => weight.assign(tf.add(weight, 1e-3)));
    await expect(encodeTrained(options)).rejects.toThrow(/model: a\/conv\/kernel differs/);
  });

  it("refuses a method that is not rounded, and unknown options", async () => {
    const { options } = await trained(subspace, uniform);
    const method = {} as RoundedMethod;
    await expect(encodeTrained({ ...options, method })).rejects.toThrow(/method of withRounding/);
    await expect(encodeTrained({ ...options, free: 1 } as never)).rejects.toThrow(/no option free/);
  });

  it("one bit turned over gives another network or is refused, never an unnoticed one", async () => {
    const { model, options } = await trained(subspace, uniform);
    const { bytes, ledger } = await encodeTrained(options);
    let refused = 0;
    for (let bit = 3; bit < 8 * bytes.length; bit++) {
      const wrong = bytes.slice();
      wrong[bit >> 3] ^= 128 >> (bit & 7);
      const again = await decodeTrained(wrong, { menu, build: options.build }).catch((error) => {
        expect(error.message).toMatch(/not what encodeTrained writes|must be finite/);
        refused++;
      });
      if (again === undefined) continue;
      own(again.model);
      expect(Object.values(weightsByName(again.model))).not.toEqual(Object.values(weightsByName(model)));
    }
    expect(refused).toBeGreaterThanOrEqual(8 * bytes.length - ledger.bits);
    const { build } = options;
    await expect(decodeTrained([1] as never, { menu, build })).rejects.toThrow(/or its bytes; got \[1\]/);
    await expect(decodeTrained(Uint8Array.of(255), { menu, build })).rejects.toThrow(
      /place 7 of a menu of 6/,
    );
    const longer = Uint8Array.of(...bytes, 0);
    await expect(decodeTrained(longer, { menu, build })).rejects.toThrow(/not what encodeTrained writes/);
  });

  it("refuses a ledger that was changed, in a sum, an entry, the choice or the menu", async () => {
    const { options } = await trained(subspace, uniform);
    const { bytes, ledger } = await encodeTrained(options);
    const decoder = { menu, build: options.build };
    own((await decodeTrained({ bytes, ledger }, decoder)).model);
    const changes = [
      { bits: ledger.bits - 10 },
      { entries: ledger.entries.slice(1) },
      { choice: { ...ledger.choice, seed: 1 } },
      { menu: "0".repeat(64) },
    ];
    for (const change of changes) {
      const wrong = decodeTrained({ bytes, ledger: { ...ledger, ...change } }, decoder);
      await expect(wrong).rejects.toThrow(/does not say what the bytes cost/);
    }
    const longer = { ...menu, lists: { ...menu.lists, seed: [0, 1, 2] } };
    await expect(encodeTrained({ ...options, menu: longer })).rejects.toThrow(/not as it was written/);
    await expect(decodeTrained(bytes, { ...decoder, menu: longer })).rejects.toThrow(/not as it was written/);
  });
});

/** What encoder and decoder share, as text for a process of its own: menu, backbone by seed, method, quantiser. */
const SHARED = `
const p = require("intrinsic-params");
const menu = p.writeMenu({ seed: [3, 5], levels: [8, 16] });
const build = async ({ seed, levels }) => {
  const model = await p.leNet({ seed });
  return { model, method: p.vera(model, { rank: 8, seed }), quantiser: { kind: "learnt", levels } };
};`;
const DECODE = `${SHARED}
(async () => {
  const bytes = Uint8Array.from(Buffer.from(process.argv[1], "base64"));
  const { model } = await p.decodeTrained(bytes, { menu, build });
  const images = Float32Array.from({ length: 20 * 784 }, (_, i) => Math.sin(i * i));
  const { probabilities } = await p.predict(model, { images });
  console.log(Buffer.from(probabilities.buffer).toString("base64"));
})();`;

it("a fresh process rebuilds a LeNet from seed and bytes to the same predictions, bit for bit", async () => {
  const fresh = { seed: 5, levels: 16 };
  const images = Float32Array.from({ length: 20 * 784 }, (_, i) => Math.sin(i * i));
  const set = { images, labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10) };
  const build = async ({ seed, levels }: Choice) => {
    const model = await leNet({ seed: seed as number });
    const method = vera(model, { rank: 8, seed: seed as number });
    return { model, method, quantiser: { kind: "learnt", levels: levels as number } as const };
  };
  const { model, method, quantiser } = await build(fresh);
  own(model);
  const digits = {
    ...{ name: "waves", shape: [28, 28, 1] as const, train: set, test: set, checksums: {} },
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
  };
  await fitModel(model, digits, { epochs: 2, batch: 10, evaluateEvery: 0, method });
  const rounded = withRounding(method, quantiser);
  await fitModel(model, digits, { epochs: 1, batch: 10, evaluateEvery: 0, method: rounded });
  const list = writeMenu({ seed: [3, 5], levels: [8, 16] });
  const { bytes } = await encodeTrained({
    ...{ menu: list, build, choice: fresh, model, method: rounded, images: set, seen: [] },
  });
  const there = execFileSync(process.execPath, ["-e", DECODE, Buffer.from(bytes).toString("base64")], {
    encoding: "utf8",
  });
  const here = (await predict(model, { images })).probabilities;
  expect(there.trim()).toBe(Buffer.from(here.buffer, here.byteOffset, here.byteLength).toString("base64"));
}, 60_000);
