/**
 * A proof that lower ≤ ‖φ − f‖ ≤ upper. f is any function that has the declared modulus and the float64 values of the
 * target, both within the slack of checkModulus: ω(r)·(1 + 2^−40), 4 ulp.
 */
export type Certificate = {
  readonly lower: number;
  readonly upper: number;
  /** Whether upper − lower ≤ tolerance. */
  readonly converged: boolean;
  /** Boxes examined. */
  readonly cells: number;
};

/** The options of a certificate, with the defaults filled in. */
export type CertificateSettings = {
  readonly norm: number;
  readonly region: "all" | "good";
  readonly tolerance: number;
  readonly maxCells: number;
  readonly timeLimit: number;
};

/** Work that yields every few milliseconds, so that the clock can be checked, and returns a result. */
export type Breathing<T> = Generator<undefined, T>;

/** The certificate of an enclosure: converged if it is as narrow as asked. */
export const enclose = (lower: number, upper: number, cells: number, tolerance: number): Certificate =>
  Object.freeze({ lower, upper, converged: upper - lower <= tolerance, cells });
