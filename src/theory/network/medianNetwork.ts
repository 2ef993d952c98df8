import { compare } from "../exact/arithmetic";
import type { Dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import { affine, type ReluNetwork } from "../relu/reluNetwork";
import { sideBySide } from "../relu/sideBySide";

/**
 * The median of three numbers ≥ 0 as a network R³ → R of two hidden layers:
 * with u = σ(b−a), mid(a,b,c) = c − σ(c−a−u) + σ(b−u−c) [Theorem 2.2, Fig. 8].
 */
export function medianNetwork(): ReluNetwork {
  const [u, a, b, c] = [0, 1, 2, 3];
  return compose(
    [
      affine({
        inputs: 3,
        outputs: 4,
        weights: [
          [u, 1, 1],
          [u, 0, -1],
          [a, 0, 1],
          [b, 1, 1],
          [c, 2, 1],
        ],
      }),
      affine({
        inputs: 4,
        outputs: 3,
        weights: [
          [0, c, 1],
          [0, a, -1],
          [0, u, -1],
          [1, b, 1],
          [1, u, -1],
          [1, c, -1],
          [2, c, 1],
        ],
      }),
      affine({
        inputs: 3,
        outputs: 1,
        weights: [
          [0, 0, -1],
          [0, 1, 1],
          [0, 2, 1],
        ],
      }),
    ],
    { sign: "nonnegative" },
  );
}

/** Medians of medians, 3^d numbers ≥ 0 → 1: d times, the medians of each three neighbours [Lemma A.2]. */
export function medianTree(d: number): ReluNetwork {
  return compose(
    Array.from({ length: d }, (_, i) =>
      sideBySide(Array<ReluNetwork>(3 ** (d - 1 - i)).fill(medianNetwork())),
    ),
    { sign: "nonnegative" },
  );
}

/** The median of three dyadic numbers. */
export function median(a: Dyadic, b: Dyadic, c: Dyadic): Dyadic {
  const [low, high] = compare(a, b) <= 0 ? [a, b] : [b, a];
  if (compare(c, low) <= 0) return low;
  return compare(c, high) >= 0 ? high : c;
}

/** The 3^d shifts in {−1, 0, 1}^d. The first coordinate changes fastest: three neighbours differ only in it. */
export function shifts(d: number): number[][] {
  return Array.from({ length: 3 ** d }, (_, c) =>
    Array.from({ length: d }, (__, i) => (Math.floor(c / 3 ** i) % 3) - 1),
  );
}
