import { dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import { type Layer, layer } from "../relu/layer";
import { affine, type ReluNetwork, reluNetwork } from "../relu/reluNetwork";
import { sideBySide } from "../relu/sideBySide";

/**
 * 2J+1 layers, each a tent h(x) = 1 − 2σ(x−½) − 2σ(½−x). The last h stays split into u = σ(x−½), v = σ(½−x);
 * the first layer scales y ∈ [0, 2·4^J] to y·2^{−2J−1} ∈ [0, 1].
 */
function tents(J: number): Layer[] {
  const first = layer({
    inputs: 1,
    width: 2,
    weights: [
      [0, 0, dyadic(1n, -2 * J - 1)],
      [1, 0, dyadic(-1n, -2 * J - 1)],
    ],
    biases: [
      [0, -0.5],
      [1, 0.5],
    ],
  });
  // h(x) − ½ = ½ − 2u − 2v, and its negative.
  const next = layer({
    inputs: 2,
    width: 2,
    weights: [
      [0, 0, -2],
      [0, 1, -2],
      [1, 0, 2],
      [1, 1, 2],
    ],
    biases: [
      [0, 0.5],
      [1, -0.5],
    ],
  });
  return [first, ...Array<Layer>(2 * J).fill(next)];
}

/**
 * The sawtooth T_{4^J} with 4^J teeth on [0, 2·4^J], T(y) = 1 − |1 − (y mod 2)|, as 2J+1 tents h∘…∘h:
 * R → R of width 2 [Prop. B.1, Fig. 11].
 */
export function sawtoothNetwork(J: number): ReluNetwork {
  return reluNetwork([
    ...tents(J),
    layer({
      inputs: 2,
      width: 1,
      activation: "identity",
      weights: [
        [0, 0, -2],
        [0, 1, -2],
      ],
      biases: [[0, 1]],
    }),
  ]);
}

/** The threshold g̃(x) = σ(3x−1) − σ(3x−2): 0 up to 1/3, 1 from 2/3 on; a network R → R [Prop. B.1]. */
export function thresholdNetwork(): ReluNetwork {
  return compose([
    affine({
      inputs: 1,
      outputs: 2,
      activation: "relu",
      weights: [
        [0, 0, 3],
        [1, 0, 3],
      ],
      biases: [
        [0, -1],
        [1, -2],
      ],
    }),
    affine({
      inputs: 2,
      outputs: 1,
      weights: [
        [0, 0, 1],
        [0, 1, -1],
      ],
    }),
  ]);
}

/** The hidden layers of g̃∘T: the threshold's two neurons σ(3h−1), σ(3h−2) read h = 1 − 2u − 2v. */
function extractionLane(J: number): ReluNetwork {
  return reluNetwork([
    ...tents(J),
    layer({
      inputs: 2,
      width: 2,
      weights: [
        [0, 0, -6],
        [0, 1, -6],
        [1, 0, -6],
        [1, 1, -6],
      ],
      biases: [
        [0, 2],
        [1, 1],
      ],
    }),
  ]);
}

/**
 * Bit extraction g̃(T(y)): R → R of width 2 and depth 2J+2, with values in [0,1]; for a = Σ_j θ_j 4^{−j} it maps
 * 4^j·a to the bit θ_j, j = 1..J [Prop. B.1, Fig. 12].
 */
export function extractionNetwork(J: number): ReluNetwork {
  return compose([
    extractionLane(J),
    affine({
      inputs: 2,
      outputs: 1,
      weights: [
        [0, 0, 1],
        [0, 1, -1],
      ],
    }),
  ]);
}

/**
 * φ₂(y) = Σ_{ℓ=1}^n 2^{−ℓ} g̃(T(y_ℓ)): R^n → R, 12nJ + 12n nonzero parameters, none of which depends on f
 * [Theorem 2.1]. `midLevel` adds the bias 2^{−n−1} of the centred variant (ours).
 */
export function phiTwo(n: number, J: number, midLevel = false): ReluNetwork {
  const lane = extractionLane(J);
  return compose([
    sideBySide(Array<ReluNetwork>(n).fill(lane)),
    affine({
      inputs: 2 * n,
      outputs: 1,
      weights: Array.from({ length: 2 * n }, (_, column) => [
        0,
        column,
        dyadic(column % 2 === 0 ? 1n : -1n, -(column >> 1) - 1),
      ]),
      ...(midLevel && { biases: [[0, dyadic(1n, -n - 1)]] }),
    }),
  ]);
}
