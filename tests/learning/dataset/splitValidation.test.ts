import fc from "fast-check";
import { expect, it } from "vitest";
import {
  countByClass,
  type Dataset,
  dataset,
  pick,
  selectLabels,
  splitValidation,
  standardise,
  standardiseImages,
  subset,
} from "../../../src/learning";

/** Images of two pixels; the first holds the index, so that every image can be told from every other. */
function numbered(labels: readonly number[], classes = 4): Dataset {
  const images = Uint8Array.from(labels.flatMap((_, i) => [i, (7 * i) % 256]));
  const set = { images, labels: Uint8Array.from(labels) };
  return dataset({
    name: "numbered",
    shape: [1, 2, 1],
    classes: Array.from({ length: classes }, (_, c) => `class ${c}`),
    train: set,
    test: set,
    checksums: {},
  });
}

const identities = (images: ArrayLike<number>) => Array.from(images).filter((_, i) => i % 2 === 0);
const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 200 });
const seeds = fc.integer({ min: 0, max: 1000 });

it("training and validation part a class in the asked proportion, without loss or overlap", () => {
  fc.assert(
    fc.property(labels, seeds, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (list, seed, fraction) => {
      const before = numbered(list);
      const wanted = countByClass(before.train, 4).map((count) => Math.round(count * fraction));
      const total = wanted.reduce((sum, count) => sum + count, 0);
      if (total === 0 || total === list.length) {
        const short =
          total === 0 ? /leaves none for validation: give a larger/ : /none for training: give a smaller/;
        expect(() => splitValidation(before, { fraction, seed })).toThrow(short);
        return;
      }
      const after = splitValidation(before, { fraction, seed });
      const validation = after.validation as Dataset["train"];
      const all = [...identities(after.train.images), ...identities(validation.images)];
      expect(all.sort((a, b) => a - b)).toEqual(identities(before.train.images));
      expect(countByClass(validation, 4)).toEqual(wanted);
      expect(splitValidation(before, { fraction, seed })).toEqual(after);
    }),
  );
});

it("a label stays with its image", () => {
  fc.assert(
    fc.property(labels, seeds, (list, seed) => {
      const { train, test } = subset(numbered(list), { train: 7, test: 5, seed });
      for (const set of [train, test]) {
        identities(set.images).forEach((identity, i) => {
          expect(set.labels[i]).toBe(list[identity]);
        });
      }
      expect(train.labels).toHaveLength(7);
      expect(test.labels).toHaveLength(5);
    }),
  );
});

it("a subset is balanced where the classes are large enough", () => {
  const list = Array.from({ length: 100 }, (_, i) => i % 4);
  expect(countByClass(subset(numbered(list), { train: 42, seed: 3 }).train, 4).sort()).toEqual([
    10, 10, 11, 11,
  ]);
});

it("label subsets keep exactly the images of those labels, in order", () => {
  fc.assert(
    fc.property(labels, (list) => {
      const { train } = selectLabels(numbered(list), [0, 2]);
      expect(identities(train.images)).toEqual(list.map((_, i) => i).filter((i) => list[i] % 2 === 0));
    }),
  );
  expect(() => selectLabels(numbered([0, 1]), [4])).toThrow(/some of 0 … 3; got \[4\]/);
});

it("standardised training images have mean 0 and deviation 1, and the test images use the same numbers", () => {
  const data = standardise(numbered(Array.from({ length: 50 }, (_, i) => i % 4)));
  const images = data.train.images as Float32Array;
  const mean = images.reduce((sum, x) => sum + x, 0) / images.length;
  const variance = images.reduce((sum, x) => sum + (x - mean) ** 2, 0) / images.length;
  expect(mean).toBeCloseTo(0, 5);
  expect(variance).toBeCloseTo(1, 5);
  expect(data.test.images).toEqual(images);
  const { mean: subtracted, std } = data.standardised as { mean: number; std: number };
  expect(images[2] * std + subtracted).toBeCloseTo(1, 4);
});

it("sizes and labels that do not fit are refused with the place", () => {
  const data = numbered([0, 1, 2, 3]);
  const broken = { images: data.train.images.slice(1), labels: data.train.labels };
  expect(() => dataset({ ...data, test: broken })).toThrow(
    /numbered, test: 4 labels ask for 8 values .*; got 7/,
  );
  const labelled = { images: data.train.images, labels: Uint8Array.of(0, 1, 9, 3) };
  expect(() => dataset({ ...data, train: labelled })).toThrow(/label 9 of image 2 is outside 0 … 3/);
  const infinite = { images: Float32Array.of(1, Number.NaN), labels: Uint8Array.of(0) };
  expect(() => dataset({ ...data, train: infinite })).toThrow(/not finite/);
});

it("labels are bytes of a class that there is: others would be cut to bytes, or trained as another class", () => {
  const set = (labels: unknown) => ({ images: new Uint8Array(2), labels: labels as Uint8Array });
  const parts = { name: "two", shape: [1], checksums: {}, test: set(Uint8Array.of(0, 1)) };
  const made =
    (labels: unknown, classes = ["0", "1"]) =>
    () =>
      dataset({ ...parts, classes, train: set(labels) });
  expect(made(Uint8Array.of(0, 1))).not.toThrow();
  for (const labels of [Int32Array.of(0, -1), Float32Array.of(0, 0.7), [0, 1], BigInt64Array.of(0n, 1n)])
    expect(made(labels)).toThrow(
      `two, train: labels must be a Uint8Array, for up to 256 classes; got ${labels.constructor.name}`,
    );
  const many = Array.from({ length: 257 }, (_, k) => String(k));
  expect(made(Uint8Array.of(0, 1), many.slice(1))).not.toThrow();
  expect(made(Uint8Array.of(0, 1), many)).toThrow(/classes must be a list of 1 to 256 names; got 257/);
  expect(() => dataset({ ...parts, train: set(Uint8Array.of(0, 1)) } as never)).toThrow(
    /classes .* got undefined/,
  );
});

it("options and values that mean something else are refused: they were passed over", () => {
  const data = numbered([0, 0, 0, 1, 1, 1]);
  const any = (value: unknown) => value as never;
  expect(() => subset(data, any(6))).toThrow(
    /subset takes an object of options \(train, test, seed\); got 6/,
  );
  expect(() => subset(data, any({ count: 6 }))).toThrow(/subset has no option count/);
  expect(() => splitValidation(data, any(0.2))).toThrow(/splitValidation takes an object .*got 0.2/);
  expect(() => splitValidation(data, any({ fractions: 0.5 }))).toThrow(/no option fractions/);
  expect(() => pick(data.train, any(3))).toThrow(/list of indices; got 3/);
  expect(() => pick(data.train, any(new Set([1])))).toThrow(/list of indices; got Set/);
  for (const shape of [[-2, -2], [0], undefined, [1.5]])
    expect(() => dataset({ ...data, shape: any(shape) })).toThrow(
      /shape must be a list of whole numbers ≥ 1/,
    );
  for (const images of [[1, 2], Float64Array.of(1, 2)])
    expect(() =>
      dataset({ ...data, shape: [1], train: { images: any(images), labels: Uint8Array.of(0, 1) } }),
    ).toThrow(
      `images must be a Uint8Array, or a Float32Array once standardised; got ${images.constructor.name}`,
    );
});

it("new images are standardised by the numbers of the data set, and by no others", () => {
  const images = Uint8Array.of(0, 1, 2, 9);
  const set = { images, labels: Uint8Array.of(0, 1, 0, 1) };
  const parts = { name: "four", shape: [1], classes: ["0", "1"], checksums: {}, train: set, test: set };
  const done = standardise(dataset(parts));
  expect(standardiseImages(images, done.standardised)).toEqual(done.train.images);
  for (const wrong of [undefined, { mean: 0, std: 0 }, { mean: Number.NaN, std: 1 }, {}])
    expect(() => standardiseImages(images, wrong as never)).toThrow(
      /Expected \{ mean, std \}.*standardise\(data\)/,
    );
});

it("an index outside of a set is refused: no image is made up of zeros", () => {
  const { train } = numbered([0, 1, 2, 3]);
  for (const wrong of [7, 4, -1, 0.5, Number.NaN])
    expect(() => pick(train, [0, wrong])).toThrow(`Expected indices from 0 to 3; got ${wrong}.`);
  expect(Array.from(pick(train, [3, 0]).labels)).toEqual([3, 0]);
});
