import fc from "fast-check";
import { expect } from "vitest";
import {
  type Approximation,
  add,
  type Dyadic,
  dyadic,
  type Grid,
  isTrifling,
  type Layer,
  nextDown,
  nextUp,
  type Target,
  target,
  toNumber,
} from "../../src/theory";

const ALL_SIZES = [
  [1, 1],
  [1, 2],
  [1, 4],
  [1, 6],
  [2, 1],
  [2, 2],
  [2, 3],
  [3, 1],
  [3, 2],
] as const;
/** d and n of lattices. */
export const latticeSizes = [
  [1, 1],
  [1, 2],
  [1, 5],
  [2, 1],
  [2, 2],
  [2, 3],
  [3, 1],
  [3, 2],
  [4, 1],
] as const;
export const integer = (value: bigint | number): Dyadic => dyadic(BigInt(value));
export const total = (values: readonly Dyadic[]): Dyadic => values.reduce(add, dyadic(0n));
export const variants = ["paper", "centred"] as const;

/** d and n for which the network has at most so many copies of so many cubes. */
export const sizesUpTo = (most: number, copies: (d: number) => number = () => 1) =>
  ALL_SIZES.filter(([d, n]) => copies(d) * 2 ** (d * n) <= most);

/** d, n and variant. */
export const casesOf = (sizes: ReturnType<typeof sizesUpTo>) =>
  sizes.flatMap(([d, n]) => variants.map((variant) => [d, n, variant] as const));

/** Coordinates where evaluators go wrong: cube corners, both ends of every strip, their float neighbours, strip interiors. */
export function hardCoordinates({ K, delta }: Grid): number[] {
  const edges = [0, 1];
  for (let k = 1; k < K; k++)
    edges.push(k / K, k / K - delta, k / K + delta, k / K - 2 * delta, k / K - delta / 2, k / K - delta / 3);
  return [...new Set(edges.flatMap((x) => [x, nextUp(x), nextDown(x)]))].filter((x) => x >= 0 && x <= 1);
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** Points of [0,1]^d whose coordinates are hard or anything. */
export function anyHardPoint(grid: Grid): fc.Arbitrary<number[]> {
  const hard = fc.constantFrom(...hardCoordinates(grid));
  const inStrip = fc
    .tuple(fc.integer({ min: 1, max: grid.K - 1 }), unit)
    .map(([k, t]) => k / grid.K - t * grid.delta);
  return fc.array(fc.oneof(hard, unit, inStrip), { minLength: grid.d, maxLength: grid.d });
}

/** Coordinates at nodes k/K, just beside them, halfway between and anywhere; some of a point's are equal. */
export function anyLatticePoint(d: number, K: number): fc.Arbitrary<number[]> {
  const coordinate = fc.oneof(
    fc.integer({ min: 0, max: K }).map((k) => k / K),
    fc.integer({ min: 0, max: 8 * K }).map((k) => k / (8 * K)),
    fc
      .tuple(fc.integer({ min: 1, max: K }), fc.integer({ min: 1, max: 1000 }))
      .map(([k, t]) => k / K - t * 2 ** -60),
    fc.constantFrom(0, Number.MIN_VALUE, 2 ** -1022, 1e-9, 1 - 2 ** -53, 1),
    unit,
  );
  // Points on the faces between simplices have equal coordinates.
  return fc
    .array(coordinate, { minLength: d, maxLength: d })
    .chain((x) => fc.integer({ min: 0, max: d - 1 }).map((i) => x.map((t, at) => (at === i ? x[0]! : t))));
}

/** evaluate gives the float64 nearest to the network's exact value, and says so alone or in a batch. */
export function expectEvaluatesNetwork(phi: Approximation, points: readonly (readonly number[])[]) {
  const batch = phi.evaluate(Float64Array.from(points.flat()));
  points.forEach((x, i) => {
    const exact = toNumber(phi.evaluateExactly(x));
    if (batch[i] !== exact)
      expect.fail(`at (${x.join(", ")}): evaluate gives ${batch[i]}, the network ${exact}`);
  });
}

/** |φ − f| ≤ bound at the given points; those of the trifling region are left out where the bound does not hold. */
export function expectWithinBound(
  phi: Approximation,
  points: readonly (readonly number[])[],
  everywhere: boolean,
) {
  const values = phi.evaluate(Float64Array.from(points.flat()));
  points.forEach((x, i) => {
    if (!everywhere && isTrifling(phi.grid, x)) return;
    const error = Math.abs(values[i]! - phi.target(x));
    if (!(error <= phi.bound)) expect.fail(`at (${x.join(", ")}): error ${error} > bound ${phi.bound}`);
  });
}

const entries = (layer: Layer) =>
  [...layer.weights, ...layer.biases].map(({ value, name, ...place }) =>
    name === undefined ? { ...place, m: value.m, e: value.e } : { ...place, name },
  );

/** Two networks are equal entry by entry, apart from the values of entries that carry an intrinsic name. */
export function expectIndependentOfTarget(phi: Approximation, psi: Approximation) {
  expect(psi.delta).toBe(phi.delta);
  const [one, other] = [phi.network, psi.network];
  expect(other.intrinsic).toEqual(one.intrinsic);
  expect(other.layers.length).toBe(one.layers.length);
  let compared: readonly [Layer?, Layer?] = [];
  one.layers.forEach((layer, i) => {
    const twin = other.layers[i]!;
    if (compared[0] === layer && compared[1] === twin) return; // a chain of one shared layer
    compared = [layer, twin];
    expect([twin.inputs, twin.width, twin.activation]).toEqual([layer.inputs, layer.width, layer.activation]);
    expect(entries(twin)).toEqual(entries(layer));
  });
}

/** Random targets: a piecewise linear zigzag along a direction, its slope the Lipschitz constant. */
export function anyLipschitz(d: number): fc.Arbitrary<Target> {
  return fc
    .tuple(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 }),
      fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: d, maxLength: d }),
    )
    .map(([knots, direction]) => {
      const length = direction.reduce((sum, t) => sum + t, 0);
      const last = knots.length - 1;
      const slope = Math.max(...knots.slice(1).map((y, i) => Math.abs(y - knots[i]!))) * last;
      return target(
        (x) => {
          let along = 0;
          for (let i = 0; i < d; i++) along += (direction[i]! / length) * x[i]!;
          const k = Math.min(Math.max(Math.floor(along * last), 0), last - 1);
          return knots[k]! + (along * last - k) * (knots[k + 1]! - knots[k]!);
        },
        // ‖direction‖₂/‖direction‖₁ ≤ 1; the last term covers rounding in f.
        { dimension: d, lipschitz: slope * (1 + 2 ** -30) + 2 ** -30, title: "zigzag" },
      );
    });
}
