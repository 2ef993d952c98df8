import { dyadic } from "../../theory/exact/dyadic";
import { encloseLog, LOG_2, logOfWhole } from "./encloseLog";
import { exactly, type FixedInterval, PLACES, plus, quotient, shiftedDown, times } from "./fixedInterval";

/** Factorials up to here are multiplied out; from here on Stirling's series is right to 2^−66. */
const MULTIPLIED = 256n;

/** The first 50 decimals of π, cut. */
const PI = 314159265358979323846264338327950288419716939937510n;
const DECIMALS = 10n ** 50n;

/** ½ ln 2π. */
const HALF_LOG_2_PI = ((): FixedInterval => {
  const end = (scaled: bigint) => encloseLog(dyadic(scaled, -Number(PLACES)));
  const scaled = (PI << PLACES) / DECIMALS;
  const logPi = { low: end(scaled).low, high: end(((PI + 1n) << PLACES) / DECIMALS + 1n).high };
  return shiftedDown(plus(logPi, LOG_2), 1n);
})();

/**
 * ln n! for a whole number n ≥ 0. Stirling: (n + ½) ln n − n + ½ ln 2π + 1/(12n) − 1/(360n³) + 1/(1260n⁵) − R with
 * 0 < R < 1/(1680n⁷); the series encloses ln n! for every n ≥ 1 (Robbins 1955 for its first terms).
 */
export function logFactorial(n: bigint): FixedInterval {
  if (n <= MULTIPLIED) {
    let product = 1n;
    for (let i = 2n; i <= n; i++) product *= i;
    return encloseLog(dyadic(product));
  }
  const remainder = quotient(1n, 1680n * n ** 7n);
  return plus(
    shiftedDown(times(logOfWhole(n), 2n * n + 1n), 1n),
    exactly(-n),
    HALF_LOG_2_PI,
    quotient(1n, 12n * n),
    quotient(-1n, 360n * n ** 3n),
    quotient(1n, 1260n * n ** 5n),
    { low: -remainder.high, high: 0n },
  );
}
