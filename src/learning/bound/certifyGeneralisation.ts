import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Dyadic } from "../../theory/exact/dyadic";
import { fromNumber } from "../../theory/exact/toNumber";
import { encloseLog, LOG_2 } from "./encloseLog";
import { logTailAbove } from "./logTailAbove";

/** What a bound on unseen images is computed from. */
export type GeneralisationOptions = {
  /** Errors k on the images, a whole number from 0 to `count`. */
  readonly errors: number;
  /** Images N that were drawn independently. */
  readonly count: number;
  /** L ≥ 0, the length of the classifier's code, fixed before the images were seen: its ledger's total. */
  readonly bits: number;
  /** The chance that the statement fails, over draws of the images; between 0 and 1. */
  readonly delta: number;
};

const OPTIONS: Record<keyof GeneralisationOptions, true> = {
  errors: true,
  count: true,
  bits: true,
  delta: true,
};

/** The search ends where the interval that holds the bound is this share of it. */
const CLOSE = 2 ** -44;

/**
 * An upper end of the error on images that nobody has seen: with probability ≥ 1 − δ over N independent images, for all
 * classifiers h of a prefix-free code at once, err(h) ≤ max{p : P[Bin(N, p) ≤ k(h)] ≥ δ·2^{−L(h)}} (binomial tail
 * inversion; Langford 2005). The value is never below that maximum: logarithms are enclosed by integers, and every
 * operation of float64 is rounded outward. It exceeds the maximum by a share below 10^−9 (for N ≤ 10^6).
 * @throws TypeError for an unknown option, RangeError for counts, bits or a δ that are out of range.
 */
export function certifyGeneralisation(options: GeneralisationOptions): number {
  checkKeys("certifyGeneralisation", options, OPTIONS);
  const { errors, count, bits, delta } = options;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`count must be a whole number of images ≥ 1; got ${shown(count)}.`);
  if (!Number.isSafeInteger(errors) || errors < 0 || errors > count)
    throw new RangeError(`errors must be a whole number from 0 to ${count}; got ${shown(errors)}.`);
  if (typeof bits !== "number" || !(bits >= 0) || bits === Infinity)
    throw new RangeError(`bits must be a finite number ≥ 0; got ${shown(bits)}.`);
  if (typeof delta !== "number" || !(delta > 0 && delta < 1))
    throw new RangeError(`delta must be a number between 0 and 1; got ${shown(delta)}.`);
  if (errors === count) return 1;
  const wanted = encloseLog(fromNumber(delta)).low - above(fromNumber(bits), LOG_2.high);
  const tail = logTailAbove(count, errors);
  const excluded = (p: number) => {
    const log = tail(p);
    return log !== undefined && log < wanted;
  };
  // All p ≥ high are excluded, since the tail falls with p; 1 is, as the tail is 0 there.
  let [low, high] = [0, 1];
  while (high - low > CLOSE * high) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (excluded(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** ⌈x·n⌉ for x ≥ 0. */
function above({ m, e }: Dyadic, n: bigint): bigint {
  return e >= 0 ? (m * n) << BigInt(e) : -(-(m * n) >> BigInt(-e));
}
