import { describe, expect, it as test } from "vitest";
import { randomGenerator, tensorflow } from "../../../src/learning";
import { dropoutKey, dropoutMask } from "../../../src/learning/passes/dropoutMask";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";

const tf = await tensorflow();
const it = test.skipIf(!isNative());

/** A number beyond what a model has links or places, near no power of two. */
const FAR = 7919;
/** Neighbours, and both sides of every place where a number might run over into another one. */
const SEEDS = [0, 1, 2, 63, 64, 0x5bf03635, 0x5bf03634, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const STEPS = [0, 1, 2, 3, 63, 64, 65, 468, 2 ** 25 - 1, 2 ** 25, 2 ** 25 + 1, 2 ** 31, 2 ** 32 - 1];
const LINKS = [0, 1, 2, 62, 63, 64, 65, 127, 128, 129, FAR, 2 ** 16];
const PLACES = [0, 1, 2, 64, FAR, 2 ** 16];

function expectAllDifferent(names: readonly string[], texts: readonly string[]) {
  const seen = new Map<string, string>();
  texts.forEach((text, i) => {
    const twin = seen.get(text);
    if (twin !== undefined) expect.fail(`${names[i]} and ${twin} are equal`);
    seen.set(text, names[i]);
  });
  expect(seen.size).toBe(names.length);
}

const grid = SEEDS.flatMap((seed) => STEPS.flatMap((step) => LINKS.map((link) => ({ seed, step, link }))));

describe("no two drop-out masks are drawn from one stream", () => {
  test("natively: every seed, step and link has a key of its own", () => {
    expectAllDifferent(
      grid.map((stream) => JSON.stringify(stream)),
      grid.map((stream) => dropoutKey(stream).join()),
    );
  });

  test("portably: neither those of links and places nor the orders of epochs have numbers in common", () => {
    const streams = grid.flatMap((stream) => PLACES.map((place) => ({ ...stream, place })));
    const orders = SEEDS.flatMap((seed) => STEPS.slice(0, 8).map((epoch) => ({ seed, epoch })));
    const first = (random: () => number) => [random(), random(), random()].join();
    const known = orders.filter(({ seed }) => seed < 2 ** 30);
    expectAllDifferent(
      [...streams, ...known].map((stream) => JSON.stringify(stream)),
      [
        ...streams.map(({ seed, step, link, place }) => first(randomGenerator(seed, step, link, place))),
        ...known.map(({ seed, epoch }) => first(randomGenerator(seed, epoch))),
      ],
    );
  });

  test("nor is one the other a few numbers later", () => {
    const start = Array.from({ length: 400 }, randomGenerator(3, 5));
    for (const link of [0, 1, 2, 12, 13, 24, 2 ** 32 - 1]) {
      for (const place of [0, 1, 12, 2 ** 32 - 1]) {
        const random = randomGenerator(3, 5, link, place);
        const here = Array.from({ length: 400 }, () => random());
        expect(here.some((value) => start.includes(value))).toBe(false);
      }
    }
  });

  test("portable masks keep the share that the rate says, scaled up", () => {
    tf.tidy(() => {
      const values = dropoutMask(tf, 0.25, [20_000], { seed: 1, step: 2, link: 70 }).dataSync();
      expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
      const kept = values.filter((value) => value > 0).length / values.length;
      expect(Math.abs(kept - 0.75)).toBeLessThan(0.015);
    });
  });
});

it("the first 64 links draw what they drew when key and step were two numbers of 32 bits", () => {
  const ops = new NativeOps(tf);
  const draw = (key: number, type: "int32" | "int64") => {
    const attributes = [ops.type("dtype", "float32"), ops.type("T", "int32"), ops.type("Tseed", type)];
    return Array.from(
      ops.read(ops.run("StatelessRandomUniform", attributes, [ops.constant([6], "int32"), key])),
    );
  };
  for (const seed of [0, 7, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    for (const [step, link] of [
      [0, 0],
      [3, 5],
      [20_000, 63],
      [2 ** 25 - 1, 63],
    ]) {
      const before = draw(ops.upload(Int32Array.of(seed, step * 64 + link)), "int32");
      expect(draw(ops.uploadLong(dropoutKey({ seed, step, link })), "int64")).toEqual(before);
    }
  }
  ops.dispose();
});
