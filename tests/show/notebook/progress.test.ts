import fc from "fast-check";
import { expect, test } from "vitest";
import { curve } from "../../../src/show/notebook/curve";
import { type ProgressState, progressHtml, progressText } from "../../../src/show/notebook/progressHtml";
import { Series } from "../../../src/show/notebook/series";

test("a series of any length stays within its capacity, in order, with its mean", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 600 }),
      (values) => {
        const series = new Series(16);
        values.forEach((value, i) => {
          series.add(i, value);
        });
        const xs = series.points.map(([x]) => x);
        expect(xs.length).toBeLessThanOrEqual(16);
        expect(xs).toEqual([...xs].sort((a, b) => a - b));
        const [low, high] = [Math.min(...values), Math.max(...values)];
        for (const [, y] of series.points) {
          expect(y).toBeGreaterThanOrEqual(low - 1e-9);
          expect(y).toBeLessThanOrEqual(high + 1e-9);
        }
      },
    ),
  );
});

test("a series leaves out what is not finite", () => {
  const series = new Series();
  for (const y of [1, Number.NaN, Number.POSITIVE_INFINITY, 2]) series.add(y, y);
  expect(series.points).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("a curve has coordinates inside its picture whatever its values", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }), (points) => {
      const [, list] = /<polyline points="([^"]*)"/.exec(curve("loss", points))!;
      for (const pair of list.split(" ")) {
        const [x, y] = pair.split(",").map(Number);
        expect(x >= 0 && x <= 260 && y >= 0 && y <= 90, pair).toBe(true);
      }
    }),
  );
});

const view: ProgressState = {
  title: "Train <S2>",
  step: 25,
  total: 100,
  unit: "steps",
  seconds: 30,
  from: { step: 0, seconds: 0 },
  values: new Map([["loss", 0.123456]]),
  curves: new Map(),
  note: "",
  state: "running",
};

test("a running display tells the share done and the time left, a finished one neither", () => {
  expect(progressText(view)).toBe("Train <S2>: 25 of 100 steps (25 %) · 30 s, 1 min 30 s left · loss 0.1235");
  expect(progressText({ ...view, state: "done", step: 100, note: "ok" })).toBe(
    "Train <S2>: 100 steps · 30 s · loss 0.1235 · ok",
  );
  expect(progressText({ ...view, state: "done" })).toBe("Train <S2>: 25 of 100 steps · 30 s · loss 0.1235");
  expect(progressText({ ...view, state: "stopped" })).toBe(
    "Train <S2>: stopped at 25 of 100 steps (25 %) · 30 s · loss 0.1235",
  );
  expect(progressText({ ...view, total: undefined })).toBe("Train <S2>: 25 steps · 30 s · loss 0.1235");
});

test("nothing is estimated from steps that are not there, and a total of 0 has no share", () => {
  const late = { ...view, from: { step: 25, seconds: 30 } };
  expect(progressText(late)).toBe("Train <S2>: 25 of 100 steps (25 %) · 30 s · loss 0.1235");
  expect(progressText({ ...view, step: 120 })).toBe(
    "Train <S2>: 120 of 100 steps (120 %) · 30 s · loss 0.1235",
  );
  const empty = { ...view, step: 0, total: 0 };
  expect(progressText(empty)).toBe("Train <S2>: 0 of 0 steps · 30 s · loss 0.1235");
  expect(progressHtml(empty)).not.toMatch(/NaN|width:532px/);
});

test("the display is HTML without script, with every text escaped", () => {
  const html = progressHtml({ ...view, note: "<script>" });
  expect(html).toContain("Train &lt;S2&gt;");
  expect(html).not.toContain("<script>");
});
