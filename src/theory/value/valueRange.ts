import { add, multiply } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { numberAbove, numberBelow } from "../exact/numberBelow";
import { reach } from "../grid/walk";
import type { Encoding } from "./encoding";

/**
 * Two float64 between which all values of φ lie: for the levels of Theorem 2.1, the strips included, b and
 * s·(1 − 2^−n) + b (centred: s·(1 − 2^−n−1) + b); for delta modulation the least and the largest point of the walk; for
 * a continuous φ its least and largest value at a node.
 */
export function valueRange(encoding: Encoding): readonly [number, number] {
  if (encoding.construction === "continuous") {
    const { integers, unit, base } = encoding.nodes;
    let [least, most] = [integers[0], integers[0]];
    for (const integer of integers) {
      if (integer < least) least = integer;
      if (integer > most) most = integer;
    }
    const at = (integer: number) => add(base, multiply(unit, dyadic(BigInt(integer))));
    return Object.freeze([numberBelow(at(least)), numberAbove(at(most))] as const);
  }
  if (encoding.construction === "delta") {
    const { walk } = encoding;
    let [least, most] = [0, 0];
    for (const sum of walk.sums) {
      if (sum < least) least = sum;
      if (sum > most) most = sum;
    }
    const at = (sum: number) => reach(walk, dyadic(BigInt(sum)));
    return Object.freeze([numberBelow(at(least)), numberAbove(at(most))] as const);
  }
  const { grid, variant, quantised } = encoding;
  const { s, b } = quantised;
  const top = dyadic(2n ** BigInt(grid.n + 1) - (variant === "centred" ? 1n : 2n), -grid.n - 1);
  return Object.freeze([numberBelow(b), numberAbove(add(multiply(s, top), b))] as const);
}
