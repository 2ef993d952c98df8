import { expect, test } from "vitest";
import { chartSvg, ticksBetween } from "../../../site/first/chartSvg";
import { fromHash, toHash } from "../../../site/first/choice";

test("ticks are round numbers within the ends, 0 without a rest", () => {
  expect(ticksBetween(-0.1, 1.05, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksBetween(-5, 40, 4)).toEqual([0, 20, 40]);
  expect(ticksBetween(-0.29, 0.31, 5).includes(0)).toBe(true);
});

test("a name of a function cannot bring markup into the chart", () => {
  const svg = chartSvg({
    width: 300,
    height: 200,
    f: Float64Array.of(0, 1),
    phi: { x: Float64Array.of(0, 1), y: Float64Array.of(0, 1) },
    bound: 0.1,
    marked: [0, 0.5],
    description: `"><script>alert(1)</script>`,
  });
  expect(svg).not.toContain("<script");
});

test("an address holds what was chosen, and nonsense in it gives what is there at first", () => {
  const choice = { source: "2x|x|", n: 5, construction: "three", centred: true, lambda: 4 } as const;
  expect(fromHash(toHash(choice))).toEqual(choice);
  expect(fromHash("#n=99&c=constructor&lambda=-1")).toEqual(fromHash(""));
});
