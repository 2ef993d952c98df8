import type { Grid } from "../grid/grid";
import { compose } from "../relu/compose";
import type { ReluNetwork } from "../relu/reluNetwork";
import { powerNetwork } from "./powerNetwork";
import { indexNetwork } from "./stepNetwork";

/**
 * φ₁ = h ∘ ϱ: R^d → R, constant 4^{ϱ(β)} on the cube Q_β; 6d(K−1) + 3J − 1 nonzero parameters, none of which
 * depends on f [Theorem 2.1]. With `shift`: φ₁(x + shift·δ).
 */
export function phiOne(grid: Grid, shift: readonly number[] = []): ReluNetwork {
  return compose([indexNetwork(grid, shift), powerNetwork(grid.J)], { sign: "nonnegative" });
}
