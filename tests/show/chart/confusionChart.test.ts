import { expect, test } from "vitest";
import { confusionChart } from "../../../src/show";
import { expectLabelled, expectPlain, traces } from "./theoryExpectations";

const matrix = {
  classes: ["7", "9", "cat"],
  counts: [
    [8, 2, 0],
    [1, 9, 0],
    [0, 0, 0],
  ],
  accuracy: 0.85,
};
type Numbers = { x: number[]; y: number[]; text: string[]; textfont: { color: string[] } };
const numbers = (figure: ReturnType<typeof confusionChart>) => figure.data[1] as Numbers;

/** Contrast of a text's grey against a shade between white and the palette's blue, by luminance (WCAG). */
function contrast(text: string, share: number): number {
  const blue = [0x00, 0x72, 0xb2];
  const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = blue.map((c) => linear((255 + share * (c - 255)) / 255));
  const ground = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return text === "#FFFFFF" ? 1.05 / (ground + 0.05) : (ground + 0.05) / 0.05;
}

test("the number of every cell stands in its row and column", () => {
  const figure = confusionChart(matrix);
  expectPlain(figure);
  expectLabelled(figure);
  const { x, y, text } = numbers(figure);
  expect(text).toHaveLength(9);
  for (const [i, number] of text.entries()) expect(number).toBe(String(matrix.counts[y[i]][x[i]]));
});

test("every number stands out from its cell, whatever the share", () => {
  const classes = Array.from({ length: 101 }, (_, i) => `c${i}`);
  const counts = classes.map((_, t) =>
    classes.map((_, p) => (p === t ? t : p === (t + 1) % 101 ? 100 - t : 0)),
  );
  const { x, y, textfont } = numbers(confusionChart({ classes, counts, accuracy: 0.5 }));
  expect(new Set(textfont.color).size).toBe(2);
  for (const [i, color] of textfont.color.entries())
    expect(contrast(color, counts[y[i]][x[i]] / 100)).toBeGreaterThan(4.5);
});

test("names that are numbers stay names, in the order of the classes, true ones from above", () => {
  const { xaxis, yaxis } = confusionChart(matrix).layout as Record<
    "xaxis" | "yaxis",
    { ticktext: string[]; tickvals: number[]; title: { text: string }; range: number[] }
  >;
  for (const axis of [xaxis, yaxis]) {
    expect(axis.ticktext).toEqual(["7", "9", "cat"]);
    expect(axis.tickvals).toEqual([0, 1, 2]);
  }
  expect([xaxis.title.text, yaxis.title.text, yaxis.range]).toEqual([
    "predicted class",
    "true class",
    [2.5, -0.5],
  ]);
});

test("the shade is the share of the row; a class without images is white", () => {
  expect(traces(confusionChart(matrix))[0].z).toEqual([
    [0.8, 0.2, 0],
    [0.1, 0.9, 0],
    [0, 0, 0],
  ]);
});

test("many classes leave their zeros empty", () => {
  const classes = Array.from({ length: 30 }, (_, i) => `c${i}`);
  const counts = classes.map((_, t) => classes.map((_, p) => Number(t === p)));
  expect(numbers(confusionChart({ classes, counts, accuracy: 1 })).text).toHaveLength(30);
});

test("what is no square of counts is refused", () => {
  expect(() => confusionChart({ ...matrix, counts: [[1, 2]] })).toThrow(/3 × 3/);
  expect(() => confusionChart({ classes: ["a"], counts: [[0.5]], accuracy: 0 })).toThrow(/whole numbers/);
  expect(() => confusionChart({ classes: [], counts: [], accuracy: 0 })).toThrow(/0 × 0/);
});
