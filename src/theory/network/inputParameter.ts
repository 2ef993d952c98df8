import { type Dyadic, ONE } from "../exact/dyadic";
import { affine, type ReluNetwork } from "../relu/reluNetwork";

/** φ_f: (k_1, …, k_C) ↦ (k_1, …, k_C, v), the intrinsic parameter v as the bias of a neuron without inputs. */
export function inputParameter(copies: number, v: Dyadic): ReluNetwork {
  return affine({
    inputs: copies,
    outputs: copies + 1,
    weights: Array.from({ length: copies }, (_, c) => [c, c, ONE] as const),
    biases: [[copies, v, "v"]],
  });
}
