import type { Grid } from "../grid/grid";
import type { Quantised, Variant } from "../grid/quantise";
import type { Walk } from "../grid/walk";

/** All that φ's values depend on besides the point: plain data, so that it can be sent to another thread. */
export type Encoding =
  | {
      readonly construction: "lp" | "uniform" | "threeParameters";
      readonly grid: Grid;
      readonly variant: Variant;
      readonly quantised: Quantised;
    }
  | { readonly construction: "delta"; readonly grid: Grid; readonly walk: Walk };
