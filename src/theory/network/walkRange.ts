import type { Dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import { affine, type ReluNetwork } from "../relu/reluNetwork";

/** φ_{f,R} of delta modulation: (A, B) ↦ σ(ηA) − σ(ηB) + w₁; two entries have the one value η. */
export function walkRange(eta: Dyadic, w1: Dyadic): ReluNetwork {
  return compose([
    affine({
      inputs: 2,
      outputs: 2,
      activation: "relu",
      weights: [
        [0, 0, eta, "eta"],
        [1, 1, eta, "eta"],
      ],
    }),
    affine({
      inputs: 2,
      outputs: 1,
      weights: [
        [0, 0, 1],
        [0, 1, -1],
      ],
      biases: [[0, w1, "w1"]],
    }),
  ]);
}
