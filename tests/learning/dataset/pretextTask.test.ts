import { describe, expect, it } from "vitest";
import { type Dataset, dataset, pretextTask } from "../../../src/learning";

/** Images of 4×4×2 whose every value tells image, place and channel; two classes. */
function numbered(count = 5): Dataset {
  const train = {
    images: Float32Array.from({ length: count * 32 }, (_, i) => i),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
  };
  return dataset({
    name: "numbered",
    shape: [4, 4, 2],
    classes: ["a", "b"],
    train,
    test: train,
    checksums: {},
  });
}

/** Which image a value is from, and where it was there. */
const source = (value: number) => ({
  image: Math.floor(value / 32),
  row: Math.floor((value % 32) / 8),
  column: Math.floor((value % 8) / 2),
  channel: value % 2,
});

const pictures = (data: Dataset) =>
  Array.from(data.train.labels, (label, k) => ({
    label,
    values: Array.from(data.train.images.subarray(32 * k, 32 * k + 32), source),
  }));

describe("a task made of a data set's own images", () => {
  const made = pretextTask(numbered(), { images: 4000 });

  it("has the data set's classes first, then seven turned forms of each, then pairs", () => {
    expect(made.classes).toHaveLength(8 * 2 + 4);
    expect(made.classes.slice(0, 2)).toEqual(["a", "b"]);
    expect(made.classes.at(-2)).toBe("b above a");
    expect(new Set(made.classes).size).toBe(20);
    expect(made.test).toEqual(numbered().test);
  });

  it("draws each class, and of four pictures one is joined from two", () => {
    const counts = new Map<number, number>();
    for (const label of made.train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([...counts].filter(([label]) => label >= 16).reduce((sum, [, n]) => sum + n, 0)).toBe(1000);
  });

  it("a turned picture is one whole image, its class says whose and how, and the eight forms differ", () => {
    const forms = new Map<number, string>();
    for (const { label, values } of pictures(made).filter((one) => one.label < 16)) {
      const [{ image }] = values;
      expect(values.every((value) => value.image === image)).toBe(true);
      expect(label % 2).toBe(image % 2);
      expect(values.every(({ channel }, i) => channel === i % 2)).toBe(true);
      const places = JSON.stringify(values.map(({ row, column }) => [row, column]));
      const form = Math.floor(label / 2);
      expect(forms.get(form) ?? places).toBe(places);
      forms.set(form, places);
      // Neighbours stay neighbours, and each place comes once for each channel.
      expect(new Set(values.map(({ row, column }) => 4 * row + column)).size).toBe(16);
      const step = Math.abs(values[2].row - values[0].row) + Math.abs(values[2].column - values[0].column);
      expect(step).toBe(1);
    }
    expect(new Set(forms.values()).size).toBe(8);
    expect(forms.get(0)).toBe(JSON.stringify(Array.from({ length: 32 }, (_, i) => [i >> 3, (i >> 1) % 4])));
  });

  it("a joined picture is the upper half of one image above the lower half of another, upright", () => {
    for (const { label, values } of pictures(made).filter((one) => one.label >= 16)) {
      values.forEach(({ row, column }, i) => {
        expect([row, column]).toEqual([i >> 3, (i >> 1) % 4]);
      });
      const [upper, lower] = [values[0].image, values[31].image];
      values.forEach(({ image }, i) => {
        expect(image).toBe(i < 16 ? upper : lower);
      });
      expect(label).toBe(16 + 2 * (upper % 2) + (lower % 2));
    }
  });

  it("depends on the seed alone", () => {
    expect(pretextTask(numbered(), { images: 50 })).toEqual(pretextTask(numbered(), { images: 50, seed: 0 }));
    const other = pretextTask(numbered(), { images: 50, seed: 1 });
    expect(other.train.labels).not.toEqual(pretextTask(numbered(), { images: 50 }).train.labels);
  });
});

it("what cannot be turned, has too many classes or no pictures is refused", () => {
  const data = numbered();
  expect(() => pretextTask(data, { images: 0 })).toThrow(/images must be a positive whole number; got 0/);
  expect(() => pretextTask({ ...data, shape: [2, 8, 2] }, { images: 1 })).toThrow(/square.*got \[2, 8, 2\]/);
  const many = { ...data, classes: Array.from({ length: 13 }, (_, i) => `${i}`) };
  expect(() => pretextTask(many, { images: 1 })).toThrow(/13 classes would make 273, of at most 256/);
});
