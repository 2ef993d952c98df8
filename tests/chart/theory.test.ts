import { describe, expect, test } from "vitest";
import { bitsChart } from "../../src/chart/bitsChart";
import { errorChart } from "../../src/chart/errorChart";
import { graphChart } from "../../src/chart/graphChart";
import { heatmapChart } from "../../src/chart/heatmapChart";
import { seriesStyles } from "../../src/chart/theme";
import { gallery } from "../../src/target/gallery";
import { approximateLp } from "../../src/theorem/approximateLp";
import { expectLabelled, expectPlain, traces } from "./theoryExpectations";

const kink = approximateLp(gallery.kink(), { n: 3, delta: 2 ** -6 });
const eggBox = approximateLp(gallery.eggBox(), { n: 2 });

describe("charts of the theory", () => {
  test.each([
    ["graph", graphChart(kink)],
    ["graph with slider", graphChart([2, 3, 4].map((n) => approximateLp(gallery.kink(), { n })))],
    ["heat maps", heatmapChart(eggBox, { samples: 16 })],
    [
      "error",
      errorChart([
        { n: 1, bound: 1, error: 0.3, lower: 0.2, upper: 0.4 },
        { n: 2, bound: 0.5 },
      ]),
    ],
    ["bits", bitsChart(kink)],
  ])("%s: a plain object with titles and labelled axes", (_, figure) => {
    expectPlain(figure);
    expectLabelled(figure);
  });

  test("the graph of φ runs through its values at cube corners, the strips are shaded", () => {
    const figure = graphChart(kink);
    const phi = traces(figure)[1]!;
    const at = (phi.x as number[]).indexOf(0.375);
    expect(phi.y![at]).toBeCloseTo(kink.evaluate(Float64Array.of(0.375))[0]!, 5);
    expect((figure.layout as { shapes: { x0: number; x1: number }[] }).shapes).toHaveLength(7);
    const strip = (figure.layout as { shapes: { x0: number; x1: number }[] }).shapes[0]!;
    expect([strip.x0, strip.x1]).toEqual([1 / 8 - 2 ** -6, 1 / 8]);
  });

  test("the slider over n has one frame for each approximation and shows the last", () => {
    const list = [1, 2, 5].map((n) => approximateLp(gallery.kink(), { n }));
    const figure = graphChart(list);
    expect(figure.frames!.map((frame) => (frame as { name: string }).name)).toEqual(["1", "2", "5"]);
    expect(traces(figure)[1]!.name).toBe("φ, n = 5");
  });

  test("the error panel is φ − f on a scale symmetric around 0", () => {
    const [f, phi, error] = traces(heatmapChart(eggBox, { samples: 8 }));
    for (let r = 0; r < 8; r++)
      for (let c = 0; c < 8; c++) expect(error!.z![r]![c]).toBeCloseTo(phi!.z![r]![c]! - f!.z![r]![c]!, 3);
    expect(error!.zmin).toBe(-(error!.zmax as number));
  });

  test("the bits drawn give back each cube's level", () => {
    const z = traces(bitsChart(kink))[0]!.z!;
    const { s, b } = kink.intrinsic;
    for (let j = 0; j < 8; j++) {
      const level = z.reduce((sum, row, i) => sum + row[j]! * 2 ** -(i + 1), 0);
      const [sFloat, bFloat] = [Number(s!.m) * 2 ** s!.e, Number(b!.m) * 2 ** b!.e];
      expect(kink.evaluate(Float64Array.of(j / 8))[0]).toBeCloseTo(sFloat * level + bFloat, 12);
    }
  });

  test("no two of the series' styles share a colour, a dash or a marker", () => {
    for (const key of ["color", "dash", "symbol"] as const)
      expect(new Set(seriesStyles.map((style) => style[key])).size).toBe(seriesStyles.length);
  });

  test("functions of the wrong dimension are refused by name of the right chart", () => {
    expect(() => graphChart(eggBox)).toThrow(/one variable, got dimension 2; use heatmapChart/);
    expect(() => heatmapChart(kink)).toThrow(/two variables, got dimension 1/);
    expect(() => graphChart([])).toThrow(/at least one/);
    expect(() => errorChart([])).toThrow(/at least one/);
  });
});
