import { describe, expect, test } from "vitest";
import { legendRoom } from "../../../src/show/lab/legendRoom.mjs";
import type { LiveFigure } from "../../../src/show/lab/plotly.mjs";

/** Plotly's default for charts of this project: below the plot, at a share of its height. */
const BELOW = { yref: "paper", yanchor: "top", y: -0.25 };

/** A drawn figure whose legend begins at `top` and whose axes' texts end at `ends`, in the window's pixels. */
function drawn(top: number, ends: readonly number[], legend: object = BELOW): LiveFigure {
  const box = (from: number, to: number) => ({ getBoundingClientRect: () => ({ top: from, bottom: to }) });
  return {
    _fullLayout: { legend },
    querySelector: () => box(top, top + 60),
    querySelectorAll: () => ends.map((end) => box(end - 12, end)),
  } as unknown as LiveFigure;
}

describe("the room that a legend below the axes needs", () => {
  test("is none where it keeps clear of them", () => {
    expect(legendRoom(drawn(300, [270, 290]))).toBe(0);
  });

  test("moves it by what it covers and a gap of 4 px, if a quarter of what the plot grows by is room", () => {
    // 10 px are covered; with 5 parts more of a figure, 4 are the plot's and 1 is above the legend.
    expect(legendRoom(drawn(300, [270, 310]))).toBe((10 + 4) * 5);
  });

  test("is the same wherever the figure stands, above the window, too", () => {
    for (const scrolled of [0, 1000, 100_000])
      expect(legendRoom(drawn(300 - scrolled, [290 - scrolled]))).toBe(0);
  });

  test("does not depend on axes below it", () => {
    expect(legendRoom(drawn(300, [290, 900]))).toBe(0);
  });

  test("is none where the figure has no legend, no axes, or a legend that it has placed otherwise", () => {
    expect(legendRoom({ querySelector: () => null } as unknown as LiveFigure)).toBe(0);
    expect(legendRoom(drawn(300, []))).toBe(0);
    for (const other of [{ y: 1.02 }, { yanchor: "bottom" }, { yref: "container" }])
      expect(legendRoom(drawn(300, [310], { ...BELOW, ...other }))).toBe(0);
  });
});
