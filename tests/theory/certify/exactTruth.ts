import {
  type Approximation,
  abs,
  add,
  compare,
  cubeOfIndex,
  type Dyadic,
  dyadic,
  floor,
  fromNumber,
  multiply,
  type NodeValues,
  scale,
  subtract,
  type Target,
  target,
  toNumber,
} from "../../../src/theory";
import { ZERO } from "../../../src/theory/exact/dyadic";
import { integer } from "../expectations";

/** top/bottom, bottom > 0. */
export type Rational = { readonly top: Dyadic; readonly bottom: bigint };
const rational = (top: Dyadic, bottom = 1n): Rational => ({ top, bottom });
const plus = (x: Rational, y: Rational): Rational =>
  x.bottom === y.bottom
    ? { top: add(x.top, y.top), bottom: x.bottom }
    : {
        top: add(multiply(x.top, integer(y.bottom)), multiply(y.top, integer(x.bottom))),
        bottom: x.bottom * y.bottom,
      };
const times = (x: Rational, y: Rational): Rational => ({
  top: multiply(x.top, y.top),
  bottom: x.bottom * y.bottom,
});
const minus = (x: Rational, y: Rational) => plus(x, times(y, rational(integer(-1))));
const compareRational = (x: Rational, y: Rational) =>
  compare(multiply(x.top, integer(y.bottom)), multiply(y.top, integer(x.bottom)));
export const power = (x: Dyadic, p: number): Dyadic => dyadic(x.m ** BigInt(p), x.e * p);

/** φ − f on a piece of an axis: linear from one value to another. */
export type Piece = { readonly length: Rational; readonly from: Rational; readonly to: Rational };

/** A real function, of x₁ alone piecewise linear with knots i/2^m, and the target whose values are the float64 nearest to it. */
export type Broken = {
  readonly f: Target;
  readonly knots: readonly number[];
  readonly at: (x: Dyadic) => Dyadic;
};
export function brokenLine(
  heights: readonly number[],
  options: { share?: number; jitter?: number; dimension?: number } = {},
): Broken {
  const m = Math.log2(heights.length - 1);
  const y = heights.map(fromNumber);
  const at = (x: Dyadic): Dyadic => {
    const along = scale(x, m);
    const i = Math.min(Number(floor(along)), heights.length - 2);
    return add(y[i]!, multiply(subtract(y[i + 1]!, y[i]!), subtract(along, integer(i))));
  };
  const steepest = y
    .slice(1)
    .map((each, i) => abs(subtract(each, y[i]!)))
    .reduce((a, b) => (compare(a, b) < 0 ? b : a), ZERO);
  const { share = 1, jitter = 0, dimension = 1 } = options;
  const f = target(
    ([x]) => {
      const value = toNumber(at(fromNumber(x!)));
      // Units in the last place to and fro, as rounding in f would have it.
      const noise = Math.round(jitter * Math.sin(1e6 * x!));
      return value * (1 + noise * 2 ** -53);
    },
    { dimension, lipschitz: toNumber(scale(steepest, m)) * share },
  );
  return { f, knots: heights.map((_, i) => i / (heights.length - 1)), at };
}

/** The exact value of φ on the cube of index j. */
export function cubeValue(phi: Approximation, j: number): Dyadic {
  const corner = cubeOfIndex(phi.grid, j).map((k) => k / phi.grid.K);
  const near = fromNumber(phi.evaluate(Float64Array.from(corner))[0]!);
  const { s, b, eta, w1 } = phi.intrinsic;
  // The level (or the sum of steps) whose value the float64 is nearest to; only then all digits.
  const [unit, offset] = eta === undefined ? [scale(s!, -phi.n - 1), b!] : [eta, w1!];
  if (unit.m === 0n) return offset;
  const count = subtract(near, offset);
  const shift = count.e - unit.e + 1;
  const double = shift >= 0 ? (count.m << BigInt(shift)) / unit.m : count.m / (unit.m << BigInt(-shift));
  const level = (double + (double < 0n ? -1n : 1n)) / 2n;
  return add(offset, multiply(unit, integer(level)));
}

/** s·φ₂ + b at ϱ = j + t behind cube j [Theorem 2.1], and the t where it has kinks: t·bottom and φ·bottom are dyadic. */
function extraction(phi: Approximation, j: number) {
  const a = Array.from({ length: phi.n }, (_, l) => phi.intrinsic[`a${l + 1}`]!);
  const bottom = 9n * a.reduce((product, { m }) => (m === 0n ? product : product * m), 1n);
  const third = [0n, 0n, 1n, 1n, 1n, 0n, 0n]; // the thresholded tooth at z = 0, 1/3, …, 2
  const offset = phi.variant === "centred" ? rational(dyadic(1n, -phi.n - 1)) : rational(ZERO);
  const value = (t: Rational): Rational => {
    let sum = offset;
    a.forEach((each, l) => {
      const z = times(
        plus(rational(integer(1)), times(t, rational(integer(3)))),
        rational(multiply(each, dyadic(3n, 2 * j))),
      );
      const [num, den] =
        z.top.e >= 0 ? [z.top.m << BigInt(z.top.e), z.bottom] : [z.top.m, z.bottom << BigInt(-z.top.e)];
      const whole = num / den;
      const r = Number(whole % 6n);
      const rest = minus(z, rational(integer(whole)));
      const tooth = plus(
        rational(integer(third[r]!)),
        times(rest, rational(integer(third[r + 1]! - third[r]!))),
      );
      sum = plus(sum, times(tooth, rational(dyadic(1n, -l - 1))));
    });
    return plus(times(sum, rational(phi.intrinsic.s!)), rational(phi.intrinsic.b!));
  };
  const kinks: Rational[] = [];
  for (const each of a) {
    if (each.m === 0n) continue;
    // 3z = 3·4^j·a·(1 + 3t) = i  ⇔  t = (i/(4^j·a) − 3)/9.
    const common = integer(bottom / (9n * each.m));
    for (let i = 0n; ; i++) {
      const top = subtract(multiply(integer(i), dyadic(1n, -each.e - 2 * j)), integer(3n * each.m));
      if (compare(top, integer(9n * each.m)) >= 0) break;
      if (top.m > 0n) kinks.push({ top: multiply(top, common), bottom });
    }
  }
  return { value, kinks };
}

/**
 * The pieces of φ − f for a broken line, in several dimensions with what they measure along the other axes: on the
 * cubes, and for region "all" on the strips too (there for d = 1, and for 2.3, whose φ depends on x₁ alone with f).
 */
export function pieces(phi: Approximation, line: Broken, region: "all" | "good"): Piece[] {
  if (phi.nodes !== undefined) return interpolatedPieces(phi, phi.nodes, line);
  const { d, n, K, delta } = phi.grid;
  const one = dyadic(1n);
  if (d === 1 || region === "all") return piecesOfRow(phi, line, region, 0, one);
  const short = subtract(dyadic(1n, -n), fromNumber(delta));
  return Array.from({ length: K ** (d - 1) }, (_, row) =>
    cubeOfIndex(phi.grid, 1 + K * row)
      .slice(1)
      .reduce((product, k) => multiply(product, k === K - 1 ? dyadic(1n, -n) : short), one),
  ).flatMap((measure, row) => piecesOfRow(phi, line, region, row, measure));
}

/** A continuous φ that depends on x₁ alone, as f does: linear between its values at the first row of nodes. */
function interpolatedPieces(phi: Approximation, nodes: NodeValues, { knots, at }: Broken): Piece[] {
  const { K, n } = phi.grid;
  const value = (k: number) => add(nodes.base, multiply(nodes.unit, integer(nodes.integers[k]!)));
  const list: Piece[] = [];
  for (let k = 0; k < K; k++) {
    const [from, to] = [dyadic(BigInt(k), -n), dyadic(BigInt(k + 1), -n)];
    const inside = knots.map(fromNumber).filter((x) => compare(x, from) > 0 && compare(x, to) < 0);
    const error = (x: Dyadic) => {
      const share = scale(subtract(x, from), n);
      const phiThere = add(value(k), multiply(share, subtract(value(k + 1), value(k))));
      return rational(subtract(phiThere, at(x)));
    };
    [from, ...inside, to].forEach((x, i, xs) => {
      if (i === 0) return;
      list.push({ length: rational(subtract(x, xs[i - 1]!)), from: error(xs[i - 1]!), to: error(x) });
    });
  }
  return list;
}

function piecesOfRow(
  phi: Approximation,
  { knots, at }: Broken,
  region: "all" | "good",
  row: number,
  measure: Dyadic,
): Piece[] {
  const { K, delta } = phi.grid;
  const width = fromNumber(delta);
  const list: Piece[] = [];
  const grid = (k: number) => dyadic(BigInt(k), -phi.n);
  const between = (from: Dyadic, to: Dyadic) => [
    from,
    ...knots.map(fromNumber).filter((x) => compare(x, from) > 0 && compare(x, to) < 0),
    to,
  ];
  for (let k = 0; k < K; k++) {
    const value = cubeValue(phi, 1 + k + K * row);
    const end = k === K - 1 ? grid(K) : subtract(grid(k + 1), width);
    const xs = between(grid(k), end);
    for (let i = 1; i < xs.length; i++)
      list.push({
        length: rational(multiply(measure, subtract(xs[i]!, xs[i - 1]!))),
        from: rational(subtract(value, at(xs[i - 1]!))),
        to: rational(subtract(value, at(xs[i]!))),
      });
    if (region === "good" || k === K - 1) continue;
    const next = cubeValue(phi, k + 2);
    let inStrip = (t: Rational): Rational => plus(rational(value), times(t, rational(subtract(next, value))));
    let kinks: Rational[] = [];
    if (phi.construction === "lp" || phi.construction === "uniform") {
      const raw = extraction(phi, k + 1);
      inStrip = raw.value;
      kinks = raw.kinks;
    }
    const t = [
      ...between(end, grid(k + 1)).map((x) => rational(scale(subtract(x, end), phi.grid.q))),
      ...kinks,
    ].sort(compareRational);
    const error = (phiThere: Rational, place: Rational): Rational => {
      // f at a rational place: linear between knots, so by two dyadic places around it.
      const x = plus(rational(end), times(place, rational(width)));
      const i = knots.findIndex(
        (knot, index) => index > 0 && compareRational(x, rational(fromNumber(knot))) <= 0,
      );
      const [left, right] = [fromNumber(knots[i - 1]!), fromNumber(knots[i]!)];
      const slope = scale(subtract(at(right), at(left)), Math.log2(knots.length - 1));
      return minus(phiThere, plus(rational(at(left)), times(minus(x, rational(left)), rational(slope))));
    };
    const [low, high] = compare(value, next) <= 0 ? [value, next] : [next, value];
    const clamp = (y: Rational): Rational =>
      phi.construction !== "uniform"
        ? y
        : compareRational(y, rational(low)) < 0
          ? rational(low)
          : compareRational(y, rational(high)) > 0
            ? rational(high)
            : y;
    for (let i = 1; i < t.length; i++) {
      const [t0, t1] = [t[i - 1]!, t[i]!];
      if (compareRational(t0, t1) === 0) continue;
      const [y0, y1] = [inStrip(t0), inStrip(t1)];
      const cuts = [t0, t1];
      // The median is the middle of the two cubes' values and what the extraction makes of this place.
      if (phi.construction === "uniform")
        for (const level of [low, high]) {
          const [d0, d1] = [minus(rational(level), y0), minus(rational(level), y1)];
          if (d0.top.m * d1.top.m >= 0n) continue;
          const rise = minus(d0, d1);
          const positive = rise.top.m > 0n ? 1n : -1n;
          const share: Rational = {
            top: multiply(multiply(d0.top, integer(positive * rise.bottom)), dyadic(1n, -rise.top.e)),
            bottom: d0.bottom * rise.top.m * positive,
          };
          cuts.push(plus(t0, times(share, minus(t1, t0))));
        }
      cuts.sort(compareRational);
      for (let c = 1; c < cuts.length; c++) {
        const [c0, c1] = [cuts[c - 1]!, cuts[c]!];
        list.push({
          length: times(minus(c1, c0), rational(width)),
          from: error(clamp(inStrip(c0)), c0),
          to: error(clamp(inStrip(c1)), c1),
        });
      }
    }
  }
  return list;
}

/** ∫ |φ − f|^p over the pieces, exactly. */
function integral(list: readonly Piece[], p: number): Rational {
  const sums = new Map<bigint, Dyadic>();
  for (const { length, from, to } of list) {
    // ∫₀¹ |A + t(B − A)|^p dt = (B|B|^p − A|A|^p)/((p+1)(B − A)), A = a/c, B = b/c.
    const c = from.bottom === to.bottom ? from.bottom : from.bottom * to.bottom;
    const a = multiply(from.top, integer(c / from.bottom));
    const b = multiply(to.top, integer(c / to.bottom));
    const difference = subtract(b, a);
    const signed = (y: Dyadic) => multiply(y, power(abs(y), p));
    let top: Dyadic;
    let bottom = length.bottom * c ** BigInt(p);
    if (difference.m === 0n) top = power(abs(a), p);
    else {
      const rise = subtract(signed(b), signed(a));
      top = dyadic(rise.m * (difference.m < 0n ? -1n : 1n), rise.e - difference.e);
      bottom *= BigInt(p + 1) * (difference.m < 0n ? -difference.m : difference.m);
    }
    sums.set(bottom, add(sums.get(bottom) ?? ZERO, multiply(top, length.top)));
  }
  let total = rational(ZERO);
  for (const [bottom, top] of sums) total = plus(total, { top, bottom });
  return total;
}

/**
 * The exact norm of φ − f over the pieces, p an integer or Infinity, as what a number is compared with: −1, 0 or 1 as
 * it is below, at or above the norm (its p-th power below, at or above the integral).
 */
export function exactNorm(list: readonly Piece[], p: number): (x: number) => number {
  if (p < Infinity) {
    const truth = integral(list, p);
    return (x) => compareRational(rational(power(fromNumber(x), p)), truth);
  }
  const ends = list
    .flatMap(({ from, to }) => [from, to])
    .map(({ top, bottom }) => ({ top: abs(top), bottom }));
  const largest = ends.reduce((a, b) => (compareRational(a, b) < 0 ? b : a));
  return (x) => compareRational(rational(fromNumber(x)), largest);
}
