import fc from "fast-check";
import { expect, test } from "vitest";
import { accuracyChart } from "../../../src/show";
import { expectPlain } from "./theoryExpectations";

type Trace = {
  name: string;
  x: number[];
  y: number[];
  text: string[];
  marker: { symbol: string; color: string };
};
const point = (series: string, trained: number, accuracy: number) => ({ series, trained, accuracy });

test("ten times fewer errors are the same step up, wherever it is taken", () => {
  const accuracy = fc.double({ min: 0, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(accuracy, accuracy, (a, b) => {
      const better = (x: number) => 1 - (1 - x) / 10;
      const { data } = accuracyChart([a, better(a), b, better(b)].map((x, i) => point("m", i + 1, x)));
      const { y } = data[0] as Trace;
      expect(y[1] - y[0]).toBeCloseTo(1, 4);
      expect(y[3] - y[2]).toBeCloseTo(1, 4);
    }),
  );
});

test("the axis says the accuracies it stands for, and every point lies inside of it", () => {
  const figure = accuracyChart([point("a", 10, 0.42), point("b", 1000, 0.9931)], { level: 0.9 });
  expectPlain(figure);
  const { yaxis, shapes } = figure.layout as {
    yaxis: { tickvals: number[]; ticktext: string[]; range: [number, number] };
    shapes: { y0: number }[];
  };
  yaxis.ticktext.forEach((text, i) => {
    expect(1 - 10 ** -yaxis.tickvals[i]).toBeCloseTo(Number.parseFloat(text) / 100, 9);
  });
  for (const { y } of figure.data as Trace[])
    for (const value of y) expect(value > yaxis.range[0] && value < yaxis.range[1]).toBe(true);
  expect(shapes[0].y0).toBeCloseTo(1, 12);
});

test("however near the accuracies are, four to fifteen of the axis' numbers stand between them", () => {
  const accuracy = fc.double({ min: 0, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(accuracy, accuracy, (a, b) => {
      fc.pre(Math.abs(a - b) > 0.002);
      const { yaxis } = accuracyChart([point("m", 1, a), point("m", 2, b)]).layout as {
        yaxis: { tickvals: number[] };
      };
      expect(yaxis.tickvals.length).toBeGreaterThanOrEqual(4);
      expect(yaxis.tickvals.length).toBeLessThanOrEqual(15);
    }),
    { numRuns: 1000 },
  );
});

test("counts within two powers of ten are told by two or more numbers on the axis", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 3, max: 60, noNaN: true }),
      (few, factor) => {
        const most = Math.round(few * factor);
        const { xaxis } = accuracyChart([point("m", few, 0.5), point("m", most, 0.6)]).layout as {
          xaxis: { tickvals: number[]; ticktext: string[] };
        };
        expect(xaxis.tickvals.length).toBeGreaterThanOrEqual(2);
        for (const [i, tick] of xaxis.tickvals.entries()) {
          expect(tick > few / 1.3 && tick < most * 1.3).toBe(true);
          expect(Number(xaxis.ticktext[i].replaceAll(",", ""))).toBeCloseTo(tick, 9);
        }
      },
    ),
  );
});

test("eleven methods look different, and a method's points go from few numbers to many", () => {
  const points = Array.from({ length: 22 }, (_, i) => point(`method ${i % 11}`, 1000 - i, 0.5));
  const traces = accuracyChart(points).data as Trace[];
  expect(new Set(traces.map(({ marker }) => `${marker.symbol} ${marker.color}`)).size).toBe(11);
  for (const { x } of traces) expect(x[0]).toBeLessThan(x[1]);
});

test("a method's line joins the points of one scope, each from few to many, and breaks off between scopes", () => {
  const points = [
    ["whole", 100, 0.6],
    ["part", 50, 0.7],
    ["whole", 20, 0.3],
    ["part", 200, 0.8],
  ] as const;
  const { data } = accuracyChart(
    points.map(([scope, trained, accuracy]) => ({ ...point("m", trained, accuracy), scope })),
  );
  const { x, y, text } = data[0] as { [axis: string]: unknown[] };
  expect(x).toEqual([20, 100, null, 50, 200]);
  expect([y[2], text[2]]).toEqual([null, null]);
});

test("what others report stands apart with its name", () => {
  const { data } = accuracyChart([point("ours", 10, 0.5)], { references: [point("Li 2018", 290, 0.9)] });
  expect(data).toHaveLength(2);
  expect((data[1] as Trace).name).toBe("reported by others");
  expect((data[1] as Trace).text).toEqual(["Li 2018"]);
});

test("nothing trained, nothing missed and no point at all are refused", () => {
  expect(() => accuracyChart([])).toThrow(/at least one point/);
  expect(() => accuracyChart([point("a", 0, 0.5)])).toThrow(/"a".* got 0 and 0.5/);
  expect(() => accuracyChart([point("a", 1, 1)])).toThrow(/got 1 and 1/);
  expect(() => accuracyChart([point("a", 1, Number.NaN)])).toThrow(/got 1 and NaN/);
  expect(() => accuracyChart([point("a", 1, 0.5)], { level: 90 })).toThrow(/level must be .* got 90/);
});
