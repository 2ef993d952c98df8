import type { Approximation } from "./approximation";
import { branchAndBound } from "./branchAndBound";
import { type Certificate, type CertificateSettings, largest } from "./certificate";

type Terms = [volume: Float64Array, low: Float64Array, high: Float64Array, gap: Float64Array];

/**
 * Sums of volume·bound^p over all boxes. A box is cut in two while its gap exceeds its share, by volume, of half
 * the gap that the tolerance allows; the others only keep their terms.
 */
export function certifyLebesgue(
  phi: Approximation,
  settings: CertificateSettings,
): Generator<Certificate, Certificate> {
  const { tolerance, norm: p } = settings;
  const { d } = phi.grid;
  const done = { lower: 0, upper: 0, terms: 0 };
  return branchAndBound(phi, settings, (cells, bounds) => {
    const [volume, low, high, gap] = Array.from({ length: 4 }, () => new Float64Array(cells.count)) as Terms;
    let [lowSum, highSum] = [done.lower, done.upper];
    for (let c = 0; c < cells.count; c++) {
      volume[c] = 1;
      for (let i = 0; i < d; i++) volume[c]! *= 2 * cells.half[c * d + i]!;
      low[c] = volume[c]! * bounds.lower[c]! ** p;
      high[c] = volume[c]! * bounds.upper[c]! ** p;
      gap[c] = high[c]! - low[c]!;
      lowSum += low[c]!;
      highSum += high[c]!;
    }
    // N additions of positive numbers, powers and volumes: every rounding counted twice.
    const slack = (done.terms + cells.count + 4 * p + 2 * d + 16) * 2 ** -52;
    const lower = (lowSum * (1 - slack)) ** (1 / p) * (1 - 2 ** -50);
    const upper = (highSum * (1 + slack)) ** (1 / p) * (1 + 2 ** -50);
    const choose = (room: number) => {
      const share = ((lower + tolerance) ** p - lower ** p) / 2;
      const wide: number[] = [];
      for (let c = 0; c < cells.count; c++) {
        // Where only the range of φ is known, refining f far beyond that range gains nothing.
        const refinable =
          cells.low[c] === cells.high[c] || bounds.spread[c]! > (cells.high[c]! - cells.low[c]!) / 16;
        if (refinable && gap[c]! > share * volume[c]!) wide.push(c);
      }
      const chosen = largest(wide, gap, room);
      const taken = new Set(chosen);
      for (let c = 0; c < cells.count; c++)
        if (!taken.has(c)) {
          done.lower += low[c]!;
          done.upper += high[c]!;
          done.terms++;
        }
      return chosen;
    };
    return { lower, upper, choose };
  });
}
