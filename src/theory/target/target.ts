import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { checkModulus, show } from "./checkModulus";
import { explain } from "./explain";
import { type Modulus, omegaOf } from "./modulus";

/** A continuous function f: [0,1]^d → R together with a bound ω on its modulus of continuity. */
export type Target = {
  /** f(x); throws if x does not have d coordinates or f gives no finite number. */
  (x: ArrayLike<number>): number;
  readonly dimension: number;
  /** How continuous f was declared to be. */
  readonly modulus: Modulus;
  /** ω(r) ≥ |f(x) − f(y)| whenever ‖x − y‖₂ ≤ r. */
  readonly omega: (r: number) => number;
  /** A short name for charts and tables. */
  readonly title: string;
};

/** What is known of a target: its modulus of continuity, its dimension d, and what charts call it. */
export type TargetOptions = Modulus & { readonly dimension: number; readonly title?: string };

const OPTIONS = {
  dimension: true,
  title: true,
  lipschitz: true,
  holder: true,
  modulus: true,
  concave: true,
} as const;
const EXAMPLE = "target((x) => x[0], { dimension: 1, lipschitz: 1 })";

function checkOptions(options: TargetOptions): void {
  if (options === undefined)
    throw new TypeError(
      `target needs options: the dimension, and one of lipschitz, holder, modulus; e.g. ${EXAMPLE}`,
    );
  checkKeys("target", options, OPTIONS);
  const { dimension } = options;
  if (!Number.isInteger(dimension) || dimension < 1)
    throw new RangeError(
      `dimension must be a positive integer; got ${shown(dimension)}${dimension === undefined ? `; say how many coordinates x has, e.g. ${EXAMPLE}` : ""}.`,
    );
}

/** @throws always: why f gave no finite number at x. */
function refuseValue(fn: (x: Float64Array) => number, x: Float64Array, value: unknown): never {
  const call = `f${show(x)}`;
  if (value !== null && typeof value === "object" && "then" in value && typeof value.then === "function") {
    // The Promise is refused already; if it were rejected later, the process would end.
    value.then(undefined, () => {});
    throw new TypeError(
      `${call} must be a number; got a Promise; f answers at once: leave out async, and await what f needs before target(…).`,
    );
  }
  const why = explain(fn, x);
  if (typeof value === "number")
    throw new RangeError(`${call} must be a finite number; got ${shown(value)}${why}.`);
  if (value === undefined)
    throw new TypeError(
      `${call} must be a number; got undefined${why || "; f returns nothing: between braces it needs a return"}.`,
    );
  throw new TypeError(`${call} must be a number; got ${shown(value)}${why}.`);
}

/** The error that f threw at x, explained if f read coordinates that are not there. */
function explainedError(fn: (x: Float64Array) => number, x: Float64Array, error: unknown): unknown {
  const why = explain(fn, x);
  if (why === "") return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TypeError(`f${show(x)} failed: ${message}${why}.`, { cause: error });
}

/** The first `count` points of the Halton sequence in [0,1)^d. */
function halton(dimension: number, count: number): Float64Array[] {
  const primes: number[] = [];
  for (let p = 2; primes.length < dimension; p++) if (primes.every((q) => p % q !== 0)) primes.push(p);
  return Array.from({ length: count }, (_, index) =>
    Float64Array.from(primes, (p) => {
      let value = 0;
      for (let rest = index + 1, digit = 1 / p; rest > 0; rest = Math.floor(rest / p), digit /= p)
        value += (rest % p) * digit;
      return value;
    }),
  );
}

/** Corners, centre and spread points at which a new target is tried. */
function trialPoints(dimension: number): Float64Array[] {
  const corners = Array.from({ length: 2 ** Math.min(dimension, 4) }, (_, bits) =>
    Float64Array.from({ length: dimension }, (__, i) => (bits >> Math.min(i, 30)) & 1),
  );
  return [...corners, new Float64Array(dimension).fill(0.5), ...halton(dimension, 48)];
}

/**
 * A target f: [0,1]^d → R from a plain function and its modulus: `lipschitz: λ` for ω(r) = λr,
 * `holder: {lambda, alpha}` for ω(r) = λr^α, or `modulus: r ↦ ω(r)`, with `concave: true` if it is. f is tried at about sixty points.
 * @throws TypeError for options of the wrong type, RangeError if f gives no finite number at a point or two
 *   samples contradict the modulus; the points are named.
 */
export function target(fn: (x: Float64Array) => number, options: TargetOptions): Target {
  if (typeof fn !== "function")
    throw new TypeError(`target(fn, options): fn must be a function; got ${shown(fn)}.`);
  checkOptions(options);
  const { dimension, title } = options;
  if (title !== undefined && typeof title !== "string")
    throw new TypeError(`title must be a string; got ${shown(title)}.`);
  const omega = omegaOf(options, dimension);
  const call = (x: ArrayLike<number>): number => {
    if (x === null || typeof x !== "object" || x.length !== dimension)
      throw new RangeError(`f takes a point of ${dimension} coordinates; got ${shown(x)}.`);
    // A copy: fn may sort its argument, or keep it.
    const point = new Float64Array(dimension);
    for (let i = 0; i < dimension; i++) point[i] = x[i];
    let value: unknown;
    try {
      value = fn(point);
    } catch (error) {
      throw explainedError(fn, Float64Array.from(x), error);
    }
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : refuseValue(fn, Float64Array.from(x), value);
  };
  const points = trialPoints(dimension);
  const values = points.map(call);
  for (let i = 0; i < points.length; i++)
    for (let j = 0; j < i; j++) checkModulus(omega, points[j], values[j], points[i], values[i]);
  const modulus: Modulus =
    "lipschitz" in options && options.lipschitz !== undefined
      ? { lipschitz: options.lipschitz }
      : "holder" in options && options.holder !== undefined
        ? { holder: Object.freeze({ ...options.holder }) }
        : {
            modulus: (options as { modulus: (r: number) => number }).modulus,
            ...((options as { concave?: boolean }).concave === true && { concave: true }),
          };
  return Object.freeze(
    Object.assign(call, {
      dimension,
      omega,
      modulus: Object.freeze(modulus),
      title: title ?? (fn.name || "f"),
    }),
  );
}
