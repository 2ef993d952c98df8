import { describe, expect, test } from "vitest";
import { classesChart, curvesChart } from "../../../src/show";
import { approximateLp, gallery, spiralPoints, spiralTarget } from "../../../src/theory";
import { expectLabelled, expectPlain, traces } from "./theoryExpectations";

const points = spiralPoints({ count: 40 });
const spirals = [2, 3].map((n) => approximateLp(spiralTarget({ count: 40 }), { n }));

describe("charts of curves and classes", () => {
  test.each([
    ["curves", curvesChart([{ name: "square", x: [0, 1, 2], y: [0, 1, 4] }])],
    ["one classifier", classesChart(spirals[1]!, points, { samples: 8 })],
    ["classifiers with a slider", classesChart(spirals, points, { samples: 8 })],
  ])("%s: a plain object with titles and labelled axes", (_, figure) => {
    expectPlain(figure);
    expectLabelled(figure);
  });

  test("a curve is drawn through the points given, those of 'points' are not joined", () => {
    const [line, marks] = traces(
      curvesChart([
        { name: "a", x: [0, 1], y: [2, 3] },
        { name: "b", x: [5], y: [6], look: "points" },
      ]),
    );
    expect([line?.x, line?.y, line?.mode]).toEqual([[0, 1], [2, 3], "lines"]);
    expect([marks?.x, marks?.y, marks?.mode]).toEqual([[5], [6], "markers"]);
  });

  test("an axis of shares is in percent, if asked for, and without needless zeros", () => {
    const curve = { name: "errors", x: [0, 1], y: [0.02, 0.025] };
    const format = (options: object) =>
      (curvesChart([curve], options).layout as { yaxis: { tickformat?: string } }).yaxis.tickformat;
    expect([format({}), format({ percent: true })]).toEqual([undefined, "~%"]);
    expect(format({ percent: true, logarithmic: true })).toBe("~%");
  });

  test("curves that cannot be drawn are refused by name", () => {
    expect(() => curvesChart([])).toThrow(/at least one/);
    expect(() => curvesChart([{ name: "short", x: [0, 1], y: [1] }])).toThrow(/"short".*2.*1/);
    expect(() => curvesChart([{ name: "gap", x: [0], y: [NaN] }])).toThrow(/"gap".*NaN/);
    expect(() => curvesChart([{ name: "zero", x: [0], y: [0] }], { logarithmic: true })).toThrow(/positive/);
  });

  test("the heat map holds φ at the pixels' midpoints, the marks are the points of the classes", () => {
    const phi = spirals[1]!;
    const [map, zero, one] = traces(classesChart(phi, points, { samples: 8 }));
    const at = (row: number, column: number) =>
      phi.evaluate(Float64Array.of((column + 0.5) / 8, (row + 0.5) / 8))[0]!;
    const z = map?.z as number[][];
    for (const [row, column] of [
      [0, 0],
      [3, 5],
      [7, 2],
    ] as const)
      expect(z[row]![column]).toBeCloseTo(at(row, column), 2);
    expect((zero!.x as number[]).length).toBe(40);
    expect((one!.y as number[])[7]).toBeCloseTo(points[1][15]!, 3);
  });

  test("functions of one variable and classes without points are refused", () => {
    expect(() => classesChart(approximateLp(gallery.kink(), { n: 2 }), points)).toThrow(/two variables/);
    expect(() => classesChart(spirals, [points[0], new Float64Array(0)])).toThrow(/Class 1/);
  });
});
