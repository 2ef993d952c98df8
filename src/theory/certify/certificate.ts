/**
 * A proof that lower ≤ ‖φ − f‖ ≤ upper, f meaning any function with the declared modulus that the float64 values of
 * the target are samples of, both within the slack of checkModulus: ω(r)·(1 + 2^−40), 4 ulp.
 */
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

/** Takes breath every few milliseconds, for a look at the clock; in the end it has a result. */
export type Breathing<T> = Generator<undefined, T>;

/** Whether an enclosure is as narrow as asked. */
export const enclose = (lower: number, upper: number, cells: number, tolerance: number): Certificate =>
  Object.freeze({ lower, upper, converged: upper - lower <= tolerance, cells });
