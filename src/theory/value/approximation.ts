/**
 * An approximation and four ways to its value at a point, from slow to fast. Each gives the same value as the one
 * before, rounded to float64 where it says so.
 *
 * 1. `evaluateExactly`: the network itself, layer by layer in dyadic numbers (relu/evaluateNetwork, on relu/flatLayer).
 * 2. In closed form, the nearest float64 (closedForm): the decoder reads the encoding at the point's index ϱ, then
 *    come medians and φ_{f,R}. The encoding holds all that the intrinsic parameters hold.
 * 3. On the cubes, an entry of a table that the decoder makes (lookUp: several points at a time, by the function of
 *    lookUpModule, which is built from the instructions of webAssembly).
 * 4. `evaluate` (evaluate) is 3 on the cubes and 2 in the strips between them: on one thread (evaluateAlone), or on
 *    several that share the points (evaluateOnThreads, where each calls evaluateAlone).
 *
 * On strips, quickStrips does 2 in float64 first and leaves the points at which rounding is in doubt; the bits between
 * two indices come from extraction, a function of extractionModule.
 * A continuous φ has no strips: 2 is interpolated, and 3 is interpolated in float64 (interpolate), which leaves the
 * points at which rounding is in doubt to 2.
 *
 * relu/evaluateInFloats rounds at every step of 1. It does not give the value; it shows where floating point breaks.
 */

import { lazy } from "../../common/lazy";
import { shown } from "../../common/shown";
import { compare } from "../exact/arithmetic";
import { type Dyadic, isDyadic, ONE, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import type { NodeValues } from "../grid/nodeValues";
import type { Variant } from "../grid/quantise";
import { compose } from "../relu/compose";
import { evaluateNetwork } from "../relu/evaluateNetwork";
import type { ReluNetwork } from "../relu/reluNetwork";
import type { Target } from "../target/target";
import type { Encoding } from "./encoding";
import { createEvaluate, type EvaluateOptions } from "./evaluate";
import { valueRange } from "./valueRange";

/** The parts of φ = φ_{f,R} ∘ φ_out ∘ φ_f ∘ φ_in, each a network of its own. */
export type Parts = {
  /** φ_in, independent of f. */
  readonly phiIn: ReluNetwork;
  /** φ_f, which holds the key parameters. */
  readonly phiF: ReluNetwork;
  /** φ_out, independent of f. */
  readonly phiOut: ReluNetwork;
  /** φ_{f,R}, which adjusts the range. */
  readonly phiRange: ReluNetwork;
};

/** A target's approximation by one of the constructions; immutable, its networks are built when first asked for. */
export type Approximation = {
  readonly construction: "lp" | "uniform" | "threeParameters" | "delta" | "continuous";
  readonly target: Target;
  readonly n: number;
  readonly variant: Variant;
  /** The norm of the bound: p, or Infinity. */
  readonly norm: number;
  /** Where the bound holds: everywhere, or on the cubes only ("good"). */
  readonly region: "all" | "good";
  /** The width δ of the trifling region, a power of two; 0 if there is none. */
  readonly delta: number;
  /** An upper bound of ‖φ − f‖, rounded up. */
  readonly bound: number;
  readonly grid: Grid;
  /** All values of φ lie between these two numbers. */
  readonly range: readonly [number, number];
  /** What a continuous φ is at its nodes. */
  readonly nodes?: NodeValues;
  /** How many bits about f the intrinsic parameters hold besides the range: n·J, or J − 1 for delta; with nodes n·J₊, J₊ − 1. */
  readonly bits: number;
  /** The whole φ: R^d → R, layer by layer. */
  readonly network: ReluNetwork;
  readonly parts: Parts;
  /** The parameters whose values depend on f, by name. */
  readonly intrinsic: Readonly<Record<string, Dyadic>>;
  /**
   * φ at N points (N×d, row-major): the float64 nearest to the exact value of the network, everywhere in [0,1]^d.
   * Points in shared memory give values in shared memory.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number; `into` is then partly written.
   */
  readonly evaluate: (points: Float64Array, options?: EvaluateOptions) => Float64Array;
  /** φ(x) through the network, layer by layer, in exact arithmetic. */
  readonly evaluateExactly: (point: ArrayLike<Dyadic | number>) => Dyadic;
};

function checkPoint(point: ArrayLike<Dyadic | number>, d: number): Dyadic[] {
  if (point === null || typeof point !== "object" || point.length !== d)
    throw new RangeError(`Expected a point of ${d} coordinates; got ${shown(point)}.`);
  return Array.from(point, (coordinate, i) => {
    if (typeof coordinate === "number" ? !Number.isFinite(coordinate) : !isDyadic(coordinate))
      throw new RangeError(`Coordinate ${i}: expected a number in [0, 1]; got ${shown(coordinate)}.`);
    const x = typeof coordinate === "number" ? fromNumber(coordinate) : coordinate;
    if (compare(x, ZERO) < 0 || compare(x, ONE) > 0)
      throw new RangeError(`Coordinate ${i}: expected a number in [0, 1]; got ${shown(coordinate)}.`);
    return x;
  });
}

/** Puts an Approximation together; the functions among the fields run when first needed. */
export function createApproximation(
  fields: Omit<
    Approximation,
    | "construction"
    | "n"
    | "delta"
    | "grid"
    | "nodes"
    | "range"
    | "network"
    | "parts"
    | "intrinsic"
    | "evaluate"
    | "evaluateExactly"
  > & {
    encoding: Encoding;
    buildParts: () => Parts;
    intrinsic: () => Readonly<Record<string, Dyadic>>;
    /** The key parameters a₁ … a_n of Theorem 2.1, if the construction has them. */
    key?: () => readonly Dyadic[];
  },
): Approximation {
  const { encoding, buildParts, intrinsic: known, key, ...values } = fields;
  const { construction, grid } = encoding;
  const parts = lazy(() => Object.freeze(buildParts()));
  const network = lazy(() => {
    const { phiIn, phiF, phiOut, phiRange } = parts();
    return compose([phiIn, phiF, phiOut, phiRange], { sign: "nonnegative" });
  });
  const intrinsic = lazy(() => Object.freeze(known()));
  const range = lazy(() => valueRange(encoding));
  return Object.freeze({
    ...values,
    construction,
    grid,
    ...(encoding.construction === "continuous" && { nodes: encoding.nodes }),
    n: grid.n,
    delta: grid.delta,
    get range() {
      return range();
    },
    get network() {
      return network();
    },
    get parts() {
      return parts();
    },
    get intrinsic() {
      return intrinsic();
    },
    evaluate: createEvaluate(encoding, key),
    evaluateExactly: (point: ArrayLike<Dyadic | number>): Dyadic =>
      evaluateNetwork(network(), checkPoint(point, grid.d))[0],
  });
}
