import { expect, test } from "vitest";
import { confusionChart } from "../../src/chart/confusionChart";
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
type Note = { x: number; y: number; text: string; font: { color: string } };
const notes = (figure: ReturnType<typeof confusionChart>) =>
  (figure.layout as { annotations: Note[] }).annotations;

test("the number of every cell stands in its row and column, dark on pale and white on dark", () => {
  const figure = confusionChart(matrix);
  expectPlain(figure);
  expectLabelled(figure);
  expect(notes(figure)).toHaveLength(9);
  for (const { x, y, text, font } of notes(figure)) {
    expect(text).toBe(String(matrix.counts[y][x]));
    expect(font.color).toBe((x === 0 && y === 0) || (x === 1 && y === 1) ? "#FFFFFF" : "#000000");
  }
});

test("names that are numbers stay names, in the order of the classes, true ones from above", () => {
  const { xaxis, yaxis } = confusionChart(matrix).layout as Record<
    "xaxis" | "yaxis",
    { ticktext: string[]; tickvals: number[]; title: { text: string }; autorange?: string }
  >;
  for (const axis of [xaxis, yaxis]) {
    expect(axis.ticktext).toEqual(["7", "9", "cat"]);
    expect(axis.tickvals).toEqual([0, 1, 2]);
  }
  expect([xaxis.title.text, yaxis.title.text, yaxis.autorange]).toEqual([
    "predicted class",
    "true class",
    "reversed",
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
  expect(notes(confusionChart({ classes, counts, accuracy: 1 }))).toHaveLength(30);
});

test("what is no square of counts is refused", () => {
  expect(() => confusionChart({ ...matrix, counts: [[1, 2]] })).toThrow(/3 × 3/);
  expect(() => confusionChart({ classes: ["a"], counts: [[0.5]], accuracy: 0 })).toThrow(/whole numbers/);
  expect(() => confusionChart({ classes: [], counts: [], accuracy: 0 })).toThrow(/0 × 0/);
});
