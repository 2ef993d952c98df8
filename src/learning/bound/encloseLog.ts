import { shown } from "../../common/shown";
import { bitLength } from "../../theory/exact/bitLength";
import { type Dyadic, dyadic } from "../../theory/exact/dyadic";
import { type FixedInterval, PLACES, plus, times } from "./fixedInterval";

/** More units of the last place than all truncations below cost together: 64 terms, 4 units each, doubled. */
const SLACK = 1024n;

/**
 * ln x for x ∈ [1/2, 1], given as x·2^length: −2 artanh z = −2 Σ z^{2j+1}/(2j+1), z = (1 − x)/(1 + x) ≤ 1/3. Each term
 * is 9 times smaller than the one before, so that 64 terms reach beyond the last place.
 */
function logOfFraction(m: bigint, length: bigint): FixedInterval {
  const one = 1n << length;
  const z = ((one - m) << PLACES) / (one + m);
  const square = (z * z) >> PLACES;
  let sum = 0n;
  let power = z;
  for (let j = 1n; power > 0n; j += 2n) {
    sum += power / j;
    power = (power * square) >> PLACES;
  }
  return { low: -2n * sum - SLACK, high: -2n * sum };
}

const LOG_HALF = logOfFraction(1n, 1n);

/** ln 2. */
export const LOG_2 = times(LOG_HALF, -1n);

/**
 * ln x between two multiples of 2^−192 at most 2^−180·max(1, |e|) apart, e the exponent of x, without a function of
 * float64 whose last digit the language leaves open.
 * @throws RangeError unless x > 0.
 */
export function encloseLog(x: Dyadic): FixedInterval {
  if (x.m <= 0n) throw new RangeError(`The logarithm needs a number > 0; got ${shown(x)}.`);
  const length = bitLength(x.m);
  return plus(logOfFraction(x.m, BigInt(length)), times(LOG_2, BigInt(length + x.e)));
}

/** ln n of a whole number n ≥ 1. */
export const logOfWhole = (n: bigint): FixedInterval => encloseLog(dyadic(n));
