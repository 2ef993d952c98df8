import { randomGenerator } from "../dataset/randomGenerator";

/** Where a value is drawn from: an interval, evenly by itself, by its logarithm or among whole numbers, or some values. */
export type DrawnRange =
  | { readonly from: number; readonly to: number; readonly scale?: "linear" | "log" | "whole" }
  | { readonly choose: readonly unknown[] };

/** One value for each place, drawn by the seed and the sample's number alone: a larger sample begins like a smaller one. */
export function drawn(
  ranges: Readonly<Record<string, DrawnRange>>,
  seed: number,
  sample: number,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(ranges).map(([at, range], place) => [
      at,
      one(range, randomGenerator(seed, sample, place)()),
    ]),
  );
}

/** The value of a range at a number of [0, 1). */
function one(range: DrawnRange, share: number): unknown {
  if ("choose" in range) return range.choose[Math.floor(share * range.choose.length)];
  const { from, to, scale = "linear" } = range;
  if (scale === "whole") return from + Math.floor(share * (to - from + 1));
  const value = scale === "log" ? from * (to / from) ** share : from + share * (to - from);
  // Three digits are as good as sixteen, and can be read.
  return Number(value.toPrecision(3));
}
