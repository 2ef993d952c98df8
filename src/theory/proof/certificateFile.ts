import type { FileModulus } from "./strayFrom";

/**
 * A tree of boxes, written from the root: an axis where a box is cut in two halves across it, first the lower one, and
 * [f(c)] where it is not cut, c the float64 point nearest to its centre.
 */
export type BoxTree = readonly (number | readonly [value: number])[];

/**
 * A proof that lower ≤ ‖φ − f‖ ≤ upper on a list of boxes, format certificate/1. f is any function that has the
 * modulus and the values that are written down, both within the slack of strayFrom; all numbers are float64.
 */
export type CertificateFile = {
  readonly format: "certificate/1";
  /** The checksum of the network, a file of the format relu-network/1. */
  readonly network: string;
  readonly modulus: FileModulus;
  /** p, an integer, or "Infinity"; for p the integrals over all boxes are added. */
  readonly norm: number | "Infinity";
  readonly lower: number;
  readonly upper: number;
  readonly boxes: readonly {
    /** [from, to] along each axis. */
    readonly box: readonly (readonly [from: number, to: number])[];
    readonly tree: BoxTree;
  }[];
  /** For the norm "Infinity" and lower > 0: a point of a box at which |φ − f| ≥ lower, and f there. */
  readonly witness?: { readonly point: readonly number[]; readonly value: number };
};
