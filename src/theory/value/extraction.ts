import { lazy } from "../../common/lazy";
import { extractionModule, MARGINS } from "./extractionModule";
import { compileModule, startModule } from "./startModule";

const compiled = lazy(() => compileModule(extractionModule()));

/** Bytes of the two numbers that the function writes. */
const RESULTS = 2 * Float64Array.BYTES_PER_ELEMENT;
/** Digits to base 4 in a byte. */
const DIGITS = 4;

type Run = (
  address: number,
  rowBytes: number,
  shift: number,
  T: number,
  half: number,
  least: number,
  most: number,
) => number;

/** What the extraction network reads between two indices, and what it found last. */
export type Extraction = {
  /**
   * Σ_l 2^{n−1−l} g̃(T(4^j(1 + 3T·2^−52)·a_l)) for 0 ≤ T < 2^52, or the integer of `least` < `most` beyond which it
   * lies: one of FOUND.
   */
  readonly at: (j: number, T: number, least: number, most: number) => number;
  /** The sum, or its two parts: the first a multiple of 2^−26, the second not negative and below 2^{n−26}. */
  readonly found: Float64Array;
};

/** The extraction network of levels of n bits: a_l = Σ_j θ_{j,l}4^−j from their bits θ, 1 ≤ j ≤ J. */
export function createExtraction(levels: Uint32Array, n: number): Extraction {
  const J = levels.length;
  const rowBytes = Math.ceil(J / DIGITS) + MARGINS.before + MARGINS.after;
  const { buffer, run } = startModule<Run>(compiled(), RESULTS + n * rowBytes);
  const bytes = new Uint8Array(buffer);
  const first = RESULTS + MARGINS.before;
  for (let l = 0; l < n; l++) {
    const row = first + l * rowBytes;
    const position = n - 1 - l;
    for (let j = 1; j <= J; j++) {
      const below = J - j;
      bytes[row + (below >>> 2)] |= ((levels[j - 1] >>> position) & 1) << (2 * (below & 3));
    }
  }
  const half = 2 ** (n - 1);
  const before = first - RESULTS;
  return Object.freeze({
    at: (j: number, T: number, least: number, most: number) => {
      const below = J - j;
      return run(before + (below >>> 2), rowBytes, 2 * (below & 3), T, half, least, most);
    },
    found: new Float64Array(buffer, 0, 2),
  });
}
