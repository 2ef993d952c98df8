import { describe, expect, test } from "vitest";
import { barsChart, imagesChart, trainingChart } from "../../../src/show";
import { expectPlain, traces } from "./theoryExpectations";

const epochs = [0.9, 0.95, 0.97].map((testAccuracy, i) => ({
  epoch: i + 1,
  learningRate: 0.002,
  loss: 1 / (i + 1),
  accuracy: 0.8,
  testAccuracy,
  seconds: 1,
}));

describe("imagesChart", () => {
  const set = {
    images: Uint8Array.from({ length: 5 * 6 }, (_, i) => i),
    labels: Uint8Array.of(1, 0, 1, 0, 1),
  };
  const data = { shape: [2, 3, 1] as const, classes: ["no", "yes"] };

  test("every pixel of every image stands in the picture once, under the name of its class", () => {
    const figure = imagesChart(set, data, { columns: 3 });
    expectPlain(figure);
    const z = (figure.data[0] as { z: (number | null)[][] }).z;
    const seen = z
      .flat()
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i));
    const { annotations } = figure.layout as { annotations: { text: string }[] };
    expect(annotations.map(({ text }) => text)).toEqual(["yes", "no", "yes", "no", "yes"]);
  });

  test("an image is upright: its first row of pixels is the first of the picture", () => {
    const [row] = (
      imagesChart(set, data, { rows: 1, columns: 1 }).data[0] as { z: (number | null)[][] }
    ).z.filter((line) => line[0] !== null);
    expect(row).toEqual([0, 1, 2]);
  });

  test("no images and coloured images are refused", () => {
    expect(() => imagesChart({ images: new Uint8Array(0), labels: new Uint8Array(0) }, data)).toThrow(
      /at least one image/,
    );
    expect(() => imagesChart(set, { ...data, shape: [1, 2, 3] })).toThrow(/one channel; got 3/);
  });
});

describe("trainingChart", () => {
  test("draws one labelled line a run, told apart by colour, dash and marker", () => {
    const figure = trainingChart([
      { name: "S1", epochs },
      { name: "S2", epochs: epochs.slice(0, 2) },
    ]);
    expectPlain(figure);
    const [first, second] = traces(figure) as unknown as {
      x: number[];
      y: number[];
      line: { dash: string; color: string };
      marker: { symbol: string };
    }[];
    expect([first.x, first.y]).toEqual([
      [1, 2, 3],
      [0.9, 0.95, 0.97],
    ]);
    expect(second.x).toEqual([1, 2]);
    expect(first.line.dash).not.toBe(second.line.dash);
    expect(first.marker.symbol).not.toBe(second.marker.symbol);
  });

  test("a metric that was not recorded is refused by the run's name", () => {
    expect(() => trainingChart([{ name: "S1", epochs }], { metric: "validationLoss" })).toThrow(
      /"S1" has no record of validationLoss/,
    );
  });
});

describe("barsChart", () => {
  test("keeps its legend clear of many long labels, which are turned", () => {
    const many = Array.from({ length: 8 }, (_, i) => `a long category ${i}`);
    const yOf = (categories: string[]) =>
      (
        barsChart(categories, [{ name: "S1", values: categories.map(() => 1) }]).layout as {
          legend: { y: number };
        }
      ).legend.y;
    expect(yOf(many)).toBeGreaterThan(1);
    expect(yOf(["short", "labels"])).toBeLessThan(0);
  });

  test("neighbouring series differ in lightness by a quarter of the scale, so that they can be told apart in grey", () => {
    const series = ["a", "b", "c", "d"].map((name) => ({ name, values: [1, 2] }));
    const figure = barsChart(["0", "1"], series);
    expectPlain(figure);
    const grey = figure.data.map((trace) => {
      const [r, g, b] = (trace as { marker: { color: string } }).marker.color
        .match(/[0-9A-F]{2}/gi)!
        .map((hex) => Number.parseInt(hex, 16));
      return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
    });
    for (let i = 1; i < grey.length; i++) expect(Math.abs(grey[i] - grey[i - 1])).toBeGreaterThan(0.25);
  });

  test("a series of another length than the categories is refused with both lengths", () => {
    expect(() => barsChart(["0", "1"], [{ name: "S1", values: [1] }])).toThrow(
      /"S1" has 1 values for 2 categories/,
    );
  });
});
