import { lazy } from "../../common/lazy";
import { add, floor, multiply, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import type { Quantised, Variant } from "../grid/quantise";
import { reach, type Walk } from "../grid/walk";
import { packKeyParameters } from "../network/packKeyParameters";
import { createKeyCode } from "./decoder";
import { type Enclosure, type IndexFunction, indexedValue, medianValue } from "./medianValue";

/** All that φ's values depend on: data only, so that another thread can be given it. */
export type Coded =
  | {
      readonly construction: "lp" | "uniform" | "threeParameters";
      readonly grid: Grid;
      readonly variant: Variant;
      readonly quantised: Quantised;
    }
  | { readonly construction: "delta"; readonly grid: Grid; readonly walk: Walk };

/** φ without its network: on the cubes a table in the order of ϱ, on the trifling region a function of the point. */
export type ClosedForm = {
  readonly table: () => Float64Array;
  /** The entry j − 1 of the table, without the others. */
  readonly onCube: (j: number) => number;
  /** The float64 nearest to φ(x), x ∈ [0,1]^d. */
  readonly value: (x: ArrayLike<number>) => number;
};

const known = (value: Dyadic): Enclosure => ({ low: value, high: value });

/** value(j) + t·(value(j+1) − value(j)). */
const linear = (level: (j: number) => Enclosure): IndexFunction => {
  return (j, t) => {
    const from = level(j);
    if (t.m === 0n) return from;
    return known(add(from.low, multiply(t, subtract(level(j + 1).low, from.low))));
  };
};

/** Σ_{m<k} (2u_m − 1) at the serpentine's position k, between two indices at the position between theirs. */
function walked({ bits, sums, positions }: Walk): IndexFunction {
  const sumAt = (k: number) => dyadic(BigInt(sums[k - 1]));
  return (j, t) => {
    const k = positions[j - 1];
    if (t.m === 0n) return known(sumAt(k));
    const position = add(dyadic(BigInt(k)), multiply(t, dyadic(BigInt(positions[j] - k))));
    const whole = Number(floor(position));
    const rest = subtract(position, dyadic(BigInt(whole)));
    if (rest.m === 0n) return known(sumAt(whole));
    return known(bits[whole - 1] === 1 ? add(sumAt(whole), rest) : subtract(sumAt(whole), rest));
  };
}

function ofWalk(grid: Grid, walk: Walk): ClosedForm {
  const sum = walked(walk);
  const ranged = (x: Dyadic) => toNumber(reach(walk, x));
  const floats = new Map<number, number>();
  const onCube = (j: number) => {
    const steps = walk.sums[walk.positions[j - 1] - 1];
    let value = floats.get(steps);
    if (value === undefined) {
      value = ranged(dyadic(BigInt(steps)));
      floats.set(steps, value);
    }
    return value;
  };
  const table = () => Float64Array.from({ length: grid.J }, (_, j) => onCube(j + 1));
  return { table, onCube, value: (x) => ranged(indexedValue(sum, grid, x).low) };
}

/**
 * The closed form of a construction; `a` gives its key parameters, if they are at hand.
 * An enclosure of φ(x) that one float64 is nearest to decides it; else all digits do.
 */
export function closedForm(coded: Coded, a?: () => readonly Dyadic[]): ClosedForm {
  const { grid } = coded;
  if (coded.construction === "delta") return ofWalk(grid, coded.walk);
  const { construction, quantised, variant } = coded;
  const key = createKeyCode(
    quantised,
    grid,
    variant,
    a ?? lazy(() => packKeyParameters(quantised.levels, grid.n)),
  );
  const { ranged, table } = key;
  const onCube = (j: number) => ranged(key.level(j).low);
  if (construction === "threeParameters") {
    const level = linear(key.level);
    return { table, onCube, value: (x) => ranged(medianValue(level, grid, x).low) };
  }
  const at = construction === "lp" ? indexedValue : medianValue;
  const value = (x: ArrayLike<number>) => {
    const { low, high } = at(key.nearby, grid, x);
    const nearest = ranged(low);
    if (low === high || Object.is(ranged(high), nearest)) return nearest;
    return ranged(at(key.exactly, grid, x).low);
  };
  return { table, onCube, value };
}
