import { expect, test } from "vitest";
import { interleave, summary } from "../../benchmarks/lib/interleave.mjs";

test("the sides take turns, and ratios are formed within a round", async () => {
  const order: string[] = [];
  const slowdown = [1, 1, 1, 1, 10, 1, 1];
  const side = (name: string, seconds: number) => {
    let call = 0;
    return (repeats: number) => {
      order.push(name);
      return repeats * seconds * slowdown[call++]!;
    };
  };
  const result = await interleave(
    { ours: side("ours", 2), theirs: side("theirs", 6) },
    { rounds: 5, least: 5, budget: 0, sample: 1 },
  );
  // Two untimed calls of each side come first; the slow round hits both sides.
  expect(order.slice(4).join(" ")).toBe(Array(5).fill("ours theirs").join(" "));
  expect(result.seconds.ours).toEqual({ median: 2, min: 2, max: 20 });
  expect(result.ratios.theirs).toEqual({ median: 3, min: 3, max: 3 });
});

test("a side that is quick is repeated until a sample takes as long as asked, and counted once", async () => {
  const repeats: number[] = [];
  const quick = (n: number) => {
    repeats.push(n);
    return n * 0.001;
  };
  const result = await interleave({ quick }, { rounds: 1, least: 1, budget: 0, sample: 0.05 });
  expect(repeats.at(-1)).toBe(50);
  expect(result.seconds.quick.median).toBeCloseTo(0.001, 12);
});

/** Far more rounds than any budget has room for. */
const ENDLESS = 1_000_000_000;

test("no round begins after the budget, but the least number of rounds is kept", async () => {
  const { rounds } = await interleave({ slow: () => 1 }, { rounds: ENDLESS, least: 3, budget: 0, sample: 0 });
  expect(rounds).toBe(3);
});

test("the median of an even number of values lies between the middle two", () => {
  expect(summary([4, 1, 3, 10])).toEqual({ median: 3.5, min: 1, max: 10 });
});
