import { down, up } from "../exact/rounding";

/** Terms whose logarithms are in different bins of this width are summed apart, so that no sum over- or underflows. */
const BIN = 64;

/** A sum of positive terms of any size, given by their logarithms. */
export type PowerSum = {
  /** Adds 2^t; −Infinity adds nothing. */
  readonly add: (t: number) => void;
  /** bins.get(k)·2^(64k), added up. */
  readonly bins: ReadonlyMap<number, number>;
  readonly terms: () => number;
};

/** 2^x for |x| ≤ BIN, right to RELATIVE; `**` takes three times as long. */
const exponential = (x: number) => Math.exp(x * Math.LN2);
/** x·ln 2 is less than 45 and rounded, and so is its exponential. */
const RELATIVE = 2 ** -45;

/** An empty sum. */
export function powerSum(): PowerSum {
  const bins = new Map<number, number>();
  let terms = 0;
  // Neighbouring terms are nearly always in the same bin.
  let current = Number.NaN;
  let sum = 0;
  const keep = () => {
    if (!Number.isNaN(current)) bins.set(current, (bins.get(current) ?? 0) + sum);
    sum = 0;
  };
  const add = (t: number) => {
    if (t === -Infinity) return;
    terms++;
    const bin = t === Infinity ? Infinity : Math.floor(t / BIN);
    if (bin !== current) {
      keep();
      current = bin;
    }
    sum += bin === Infinity ? Infinity : exponential(t - BIN * bin);
  };
  return {
    add,
    get bins() {
      keep();
      return bins;
    },
    terms: () => terms,
  };
}

/** log₂ of a term volume·value^p, the volume a product of d sides, from below (side −1) or from above (side 1). */
export function logTerm(value: number, logVolume: number, p: number, d: number, side: -1 | 1): number {
  if (value === 0) return -Infinity;
  const t = p * Math.log2(value) + logVolume;
  // Logarithms are right to a few units in the last place, and |p·log₂ value| ≤ |t| + |log₂ volume|.
  return value === Infinity ? t : t + side * (Math.abs(t) + Math.abs(logVolume)) * (d + 8) * 2 ** -52;
}

/** log₂ of all sums together, and how much rounding may have changed it. */
function logarithm(sums: readonly PowerSum[]): { log: number; slack: number } {
  let top = -Infinity;
  let terms = 0;
  for (const sum of sums) {
    terms += sum.terms();
    for (const bin of sum.bins.keys()) if (bin > top) top = bin;
  }
  if (!Number.isFinite(top)) return { log: top, slack: 0 };
  // Bins far below the largest underflow to 0; that loses far less than one rounding of the sum.
  let scaled = 0;
  for (const { bins } of sums) for (const [bin, sum] of bins) scaled += sum * 2 ** (BIN * (bin - top));
  const [whole, rest] = [BIN * top, Math.log2(scaled)];
  const slack = (terms + 32) * 2 ** -51 + 2 * RELATIVE + (Math.abs(whole) + Math.abs(rest)) * 2 ** -50;
  return { log: whole + rest, slack };
}

/** (Σ terms)^(1/p) of all sums together, rounded down, never infinite. */
export function rootBelow(sums: readonly PowerSum[], p: number): number {
  const { log, slack } = logarithm(sums);
  if (log === -Infinity) return 0;
  const root = (log - slack) / p;
  return down(2 ** (root - Math.abs(root) * 2 ** -50));
}

/** (Σ terms)^(1/p) of all sums together, rounded up; Infinity where it is above all float64. */
export function rootAbove(sums: readonly PowerSum[], p: number): number {
  const { log, slack } = logarithm(sums);
  if (log === -Infinity) return 0;
  const root = (log + slack) / p;
  return up(Math.max(2 ** (root + Math.abs(root) * 2 ** -50), Number.MIN_VALUE));
}
