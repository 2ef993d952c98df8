import { shown } from "../../common/shown";
import { compare, subtract } from "../exact/arithmetic";
import { type Dyadic, ZERO } from "../exact/dyadic";
import { up } from "../exact/rounding";
import { fromNumber } from "../exact/toNumber";
import { checkModulus } from "../target/checkModulus";
import type { Target } from "../target/target";
import type { Grid } from "./grid";

/** "paper": sampled at corners, s = 2ω_f(√d); "centred" (ours): at centres, s = max − min of the samples. */
export type Variant = "paper" | "centred";

/** f̃ = (f − b)/s on each cube, rounded down to a multiple of 2^{−n}: levels[ϱ−1]·2^{−n}. */
export type Quantised = {
  readonly levels: Uint32Array;
  readonly s: Dyadic;
  readonly b: Dyadic;
};

/** Neighbours that differ by more than ALLOWED·ω(1/K) go to checkModulus, which grants twice the slack. */
const ALLOWED = 1 + 2 ** -41;
/** For a larger s no float64 quotient by s loses digits to underflow. */
const SIMPLE = 2 ** -900;

/**
 * f at (β + offset)/K for β ∈ {0..side−1}^d, the first coordinate changing fastest; neighbours are compared with the
 * modulus.
 */
function sample(f: Target, K: number, side: number, offset: number): Float64Array {
  const d = f.dimension;
  const values = new Float64Array(side ** d);
  const x = new Float64Array(d);
  const beta = new Int32Array(d);
  const allowed = f.omega(1 / K) * ALLOWED;
  x.fill(offset / K);
  for (let j = 0; j < values.length; j++) {
    const value = f(x);
    values[j] = value;
    for (let i = 0, stride = 1; i < d; i++, stride *= side)
      if (beta[i] > 0 && Math.abs(value - values[j - stride]) > allowed) {
        const neighbour = Float64Array.from(x);
        neighbour[i] -= 1 / K;
        checkModulus(f.omega, neighbour, values[j - stride], x, value);
      }
    for (let i = 0; i < d; i++) {
      if (++beta[i] < side) {
        x[i] = (beta[i] + offset) / K;
        break;
      }
      beta[i] = 0;
      x[i] = offset / K;
    }
  }
  return values;
}

/** f at the cubes' corners β/K or centres (β+½)/K, in the order of ϱ. */
export const sampleCubes = (f: Target, { K }: Grid, variant: Variant): Float64Array =>
  sample(f, K, K, variant === "centred" ? 0.5 : 0);

/** f at the nodes v/K, v ∈ {0..K}^d, in the order of nodeOfIndex. */
export const sampleNodes = (f: Target, { K }: Grid): Float64Array => sample(f, K, K + 1, 0);

/** ⌊2^n (value − b)/s⌋ exactly, with integers. */
function exactLevel(value: number, b: Dyadic, s: Dyadic, n: number): number {
  const difference = subtract(fromNumber(value), b);
  const shift = difference.e + n - s.e;
  const numerator = shift >= 0 ? difference.m << BigInt(shift) : difference.m;
  const denominator = shift >= 0 ? s.m : s.m << BigInt(-shift);
  const quotient = numerator / denominator;
  // Division truncates towards 0. Every level below 0 is raised to 0, so −1 stands for all of them.
  return numerator < 0n ? -1 : Number(quotient);
}

function levelsOf(
  values: Float64Array,
  b: Dyadic,
  s: Dyadic,
  bFloat: number,
  sFloat: number,
  n: number,
): Uint32Array {
  const levels = new Uint32Array(values.length);
  if (s.m === 0n) return levels;
  const top = 2 ** n - 1;
  const factor = 2 ** n / sFloat;
  const simple = Number.isFinite(factor) && sFloat > SIMPLE;
  for (let j = 0; j < values.length; j++) {
    const value = values[j];
    const estimate = (value - bFloat) * factor;
    const error =
      (2 ** -50 * (Math.abs(value) + Math.abs(bFloat)) * factor + 2 ** -49 * Math.abs(estimate)) * 2;
    const level = Math.floor(estimate);
    // The float64 quotient decides unless it is within its error of an integer.
    const certain = simple && estimate - level > error && level + 1 - estimate > error;
    const exact = certain ? level : exactLevel(value, b, s, n);
    levels[j] = exact < 0 ? 0 : exact > top ? top : exact;
  }
  return levels;
}

/** b = min, s = max − min of the values, and the level of each: value ∈ b + s·[level, level + 1]·2^{−n} [ours]. */
export function quantiseRange(values: Float64Array, n: number): Quantised {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const b = fromNumber(low);
  const s = subtract(fromNumber(high), b);
  return Object.freeze({ levels: levelsOf(values, b, s, low, high - low, n), s, b });
}

/**
 * Samples f and quantises it to n bits a cube. "paper": b = f(0) − W, s = 2W with a float64 W ≥ ω_f(√d), so that
 * |f̃(x_β) − level·2^{−n}| ≤ 2^{−n} [Theorem 2.1]; "centred" (ours): b = min, s = max − min of the samples.
 * @throws RangeError if f leaves [b, b+s] by more than rounding, that is, contradicts its modulus.
 */
export function quantise(f: Target, grid: Grid, variant: Variant): Quantised {
  const values = sampleCubes(f, grid, variant);
  if (variant === "centred") return quantiseRange(values, grid.n);
  const W = up(f.omega(up(Math.sqrt(grid.d))));
  const origin = new Float64Array(grid.d);
  const f0 = f(origin);
  if (!Number.isFinite(2 * W)) throw new RangeError(`s = 2ω(√d) must be finite; got ω(√d) = ${shown(W)}.`);
  const s = fromNumber(2 * W);
  const b = subtract(fromNumber(f0), fromNumber(W));
  values.forEach((value, j) => {
    if (Math.abs(value - f0) > W) {
      const x = Float64Array.from(
        { length: grid.d },
        (_, i) => (Math.floor(j / grid.K ** i) % grid.K) / grid.K,
      );
      checkModulus(f.omega, origin, f0, x, value);
    }
  });
  if (compare(s, ZERO) === 0) return Object.freeze({ levels: new Uint32Array(grid.J), s, b });
  return Object.freeze({ levels: levelsOf(values, b, s, f0 - W, 2 * W, grid.n), s, b });
}
