/** A proof that lower ≤ ‖φ − f‖ ≤ upper, f meaning the float64 values it returns and its declared modulus. */
export type Certificate = {
  readonly lower: number;
  readonly upper: number;
  /** Whether upper − lower ≤ tolerance. */
  readonly converged: boolean;
  /** Boxes examined. */
  readonly cells: number;
};

/** What a certificate is asked for, every option settled. */
export type CertificateSettings = {
  readonly norm: number;
  readonly region: "all" | "good";
  readonly tolerance: number;
  readonly maxCells: number;
  readonly timeLimit: number;
};

/** Largest first, as far as `room` allows. */
export function largest(candidates: number[], size: Float64Array, room: number): number[] {
  if (candidates.length <= room) return candidates;
  return candidates.sort((a, b) => size[b]! - size[a]!).slice(0, room);
}
