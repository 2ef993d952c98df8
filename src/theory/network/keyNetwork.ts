import type { Dyadic } from "../exact/dyadic";
import { affine, type ReluNetwork } from "../relu/reluNetwork";

/** φ_f = L: R → R^n, L(t) = (a₁t, …, a_n t), with the intrinsic parameters a₁ … a_n [Theorem 2.1]. */
export function keyNetwork(a: readonly Dyadic[], name = (l: number) => `a${l}`): ReluNetwork {
  return affine({
    inputs: 1,
    outputs: a.length,
    weights: a.map((value, i) => [i, 0, value, name(i + 1)] as const),
  });
}
