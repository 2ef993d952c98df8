import { subtract } from "../../theory/exact/arithmetic";
import { ONE } from "../../theory/exact/dyadic";
import { up } from "../../theory/exact/rounding";
import { fromNumber } from "../../theory/exact/toNumber";
import { encloseLog } from "./encloseLog";
import { plus, times } from "./fixedInterval";
import { logFactorial } from "./logFactorial";

/** Terms that are added one by one; all before them are bounded by a geometric series. */
const ADDED = 100_000;

/**
 * (Σ_{i≤k} t_i)/t_k from above for t_i = C(N, i) pⁱ(1−p)^{N−i}: 1 + r_k (1 + r_{k−1} (1 + …)) with
 * r_i = t_{i−1}/t_i = i(1−p)/((N−i+1)p), which grows with i. Infinity where the terms left out have no such bound.
 */
function tailOverLast(N: number, k: number, p: number): number {
  const odds = up(up(1 - p) / p);
  const ratio = (i: number) => up(up(i / (N - i + 1)) * odds);
  const first = Math.max(0, k - ADDED);
  let sum = 1;
  if (first > 0) {
    const r = ratio(first);
    if (!(r < 1)) return Infinity;
    sum = up(1 / (1 - r));
  }
  for (let i = first + 1; i <= k; i++) sum = up(1 + up(ratio(i) * sum));
  return sum;
}

/**
 * A function of p ∈ (0, 1) that is at least ln P[Bin(N, p) ≤ k], as an integer times 2^−192; undefined where it cannot
 * tell. N and k are whole numbers, 0 ≤ k ≤ N < 2^53.
 */
export function logTailAbove(N: number, k: number): (p: number) => bigint | undefined {
  const [n, hits] = [BigInt(N), BigInt(k)];
  const choices = plus(
    logFactorial(n),
    times(logFactorial(hits), -1n),
    times(logFactorial(n - hits), -1n),
  ).high;
  return (p) => {
    const sum = tailOverLast(N, k, p);
    if (!Number.isFinite(sum)) return undefined;
    const exact = fromNumber(p);
    const last = plus(times(encloseLog(exact), hits), times(encloseLog(subtract(ONE, exact)), n - hits));
    return choices + last.high + encloseLog(fromNumber(sum)).high;
  };
}
