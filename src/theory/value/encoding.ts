import type { Grid } from "../grid/grid";
import type { NodeValues } from "../grid/nodeValues";
import type { Quantised, Variant } from "../grid/quantise";
import type { Walk } from "../grid/walk";

/** A φ that is constant on each cube. */
export type CubeEncoding =
  | {
      readonly construction: "lp" | "uniform" | "threeParameters";
      readonly grid: Grid;
      readonly variant: Variant;
      readonly quantised: Quantised;
    }
  | { readonly construction: "delta"; readonly grid: Grid; readonly walk: Walk };

/** A φ that is linear on each simplex of the Kuhn triangulation. */
export type NodeEncoding = {
  readonly construction: "continuous";
  readonly grid: Grid;
  readonly nodes: NodeValues;
};

/** All that φ's values depend on besides the point: plain data, so that it can be sent to another thread. */
export type Encoding = CubeEncoding | NodeEncoding;
