import { add, multiply } from "../exact/arithmetic";
import type { Dyadic } from "../exact/dyadic";
import { affine, type ReluNetwork } from "../relu/reluNetwork";

/** φ_{f,R}(x) = s·x + b: R → R, with the intrinsic parameters s and b. */
export function rangeNetwork(s: Dyadic, b: Dyadic): ReluNetwork {
  return affine({ inputs: 1, outputs: 1, weights: [[0, 0, s, "s"]], biases: [[0, b, "b"]] });
}

/** s·x + b. */
export const inRange = (s: Dyadic, x: Dyadic, b: Dyadic): Dyadic => add(multiply(s, x), b);
