import { checkFunctions } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { checkSignal } from "../../common/checkSignal";
import { defaultSignal } from "../../common/defaultSignal";
import { shown } from "../../common/shown";
import { up } from "../exact/rounding";
import { granted } from "../target/checkModulus";
import type { Approximation } from "../value/approximation";
import type { Rounds } from "./branchAndBound";
import { boxCount } from "./cells";
import { type Certificate, type CertificateSettings, enclose } from "./certificate";
import { certifyLebesgue } from "./certifyLebesgue";
import { certifySupremum } from "./certifySupremum";

/** Norm, region and effort of `certifyError`. */
export type CertificateOptions = {
  /** p ≥ 1 or Infinity; default the norm of the approximation's bound. */
  readonly norm?: number;
  /** The whole cube, or only its part off Ω; default where the approximation's bound holds. */
  readonly region?: "all" | "good";
  /** Refine until upper − lower ≤ tolerance; default 1/100 of the bound, or what float64 values can tell apart. */
  readonly tolerance?: number;
  /** Boxes examined at most; default 1,000,000. */
  readonly maxCells?: number;
  /** Milliseconds at most; default 10,000. */
  readonly timeLimit?: number;
  /** Called now and then with the certificate so far. */
  readonly onProgress?: (soFar: Certificate) => void;
};

/** Larger p < Infinity are refused: p·log₂|φ − f| must be a float64. */
const LARGEST_P = 1e300;
/** The default numbers of boxes and milliseconds: what a reader waits for. */
const [MAX_CELLS, TIME_LIMIT] = [1_000_000, 10_000];
/** By default the tolerance is this share of the bound: two digits of it. */
const OF_BOUND = 1 / 100;
/** What float64 values can tell apart after some roundings: relative to their size, and next to 0. */
const [TOLD, LEAST_TOLD] = [2 ** -46, 64 * Number.MIN_VALUE];
/** How long other work waits for certifyErrorAsync, in milliseconds. */
const TURN = 10;

/** A hundredth of the bound, but no less than the float64 values of f and φ can tell apart. */
function defaultTolerance({ bound, range: [least, most] }: Approximation): number {
  const size = least <= 0 && most >= 0 ? 0 : Math.min(Math.abs(least), Math.abs(most));
  return Math.max(Math.min(bound, Number.MAX_VALUE) * OF_BOUND, size * TOLD, LEAST_TOLD);
}

const OPTIONS = {
  norm: true,
  region: true,
  tolerance: true,
  maxCells: true,
  timeLimit: true,
  onProgress: true,
} as const satisfies Record<keyof CertificateOptions, true>;

function readOptions(phi: Approximation, options: CertificateOptions): CertificateSettings {
  const {
    norm = phi.norm,
    region = phi.region,
    tolerance = defaultTolerance(phi),
    maxCells = MAX_CELLS,
    timeLimit = TIME_LIMIT,
    onProgress,
  } = options;
  checkFunctions({ onProgress });
  if (typeof norm !== "number" || !(norm >= 1) || (norm > LARGEST_P && norm < Infinity))
    throw new RangeError(
      `norm must be a number p with 1 ≤ p ≤ ${LARGEST_P}, or Infinity; got ${shown(norm)}.`,
    );
  if (region !== "all" && region !== "good")
    throw new RangeError(`region must be "all" or "good"; got ${shown(region)}.`);
  for (const [name, value] of Object.entries({ tolerance, maxCells, timeLimit }))
    if (typeof value !== "number" || !(value >= 0))
      throw new RangeError(`${name} must be a number ≥ 0; got ${shown(value)}.`);
  const needed = boxCount(phi, region);
  if (needed > maxCells)
    throw new RangeError(
      `The grid alone has ${needed} boxes, but maxCells is ${maxCells}; raise maxCells, choose region "good" or a smaller n.`,
    );
  return { norm, region, tolerance, maxCells, timeLimit };
}

/** What is known before any box is examined, in every norm: from one value of f, its modulus and the range of φ. */
function beforehand({ target: f, range: [least, most] }: Approximation, tolerance: number): Certificate {
  const d = f.dimension;
  const y = f(new Float64Array(d).fill(0.5));
  const far = up(Math.max(most - y, y - least));
  const upper = up(far + granted(up(f.omega(up(Math.sqrt(d) / 2))), y));
  return enclose(0, upper, 0, tolerance);
}

/** Begins a certificate, and returns the function that continues it. */
function start(phi: Approximation, options: CertificateOptions) {
  const settings = readOptions(phi, options);
  const end = performance.now() + settings.timeLimit;
  const rounds: Rounds =
    settings.norm === Infinity ? certifySupremum(phi, settings) : certifyLebesgue(phi, settings);
  let soFar: Certificate | undefined;
  /** Works for a few milliseconds; returns the result once it is there or the time is up. */
  const proceed = (): Certificate | undefined => {
    const step = rounds.next();
    if (step.value !== undefined) {
      soFar = step.value;
      options.onProgress?.(soFar);
    }
    if (step.done) return step.value;
    return performance.now() > end ? (soFar ?? beforehand(phi, settings.tolerance)) : undefined;
  };
  return proceed;
}

/**
 * Encloses ‖φ − f‖ in the given norm by branch and bound with outward rounding: on each box |φ − f| is bounded by
 * f at the centre, ω of the radius and what is known of φ there (ours). On Ω the L^p construction oscillates, and
 * only its range is known: expect `converged: false` for the supremum over "all".
 * The time limit holds to within a few milliseconds, or one call of f.
 * @throws RangeError for options out of range, or, naming both points, if samples contradict the modulus; TypeError
 *   for unknown options and an onProgress that is not a function.
 */
export function certifyError(phi: Approximation, options: CertificateOptions = {}): Certificate {
  checkKeys("certifyError", options, OPTIONS);
  const proceed = start(phi, options);
  for (;;) {
    const result = proceed();
    if (result !== undefined) return result;
  }
}

/**
 * certifyError, but other work can run every few milliseconds, and an aborted signal stops it with the signal's
 * reason. Without a signal, Stop in a notebook stops it.
 * @throws what certifyError throws, TypeError if the signal is not an AbortSignal, and the reason of an aborted one.
 */
export async function certifyErrorAsync(
  phi: Approximation,
  options: CertificateOptions & { readonly signal?: AbortSignal } = {},
): Promise<Certificate> {
  checkKeys("certifyErrorAsync", options, { ...OPTIONS, signal: true });
  const { signal = defaultSignal() } = options;
  checkSignal(signal);
  const proceed = start(phi, options);
  let turn = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const result = proceed();
    if (result !== undefined) return result;
    if (performance.now() - turn < TURN) continue;
    await new Promise((resume) => setTimeout(resume, 0));
    turn = performance.now();
  }
}
