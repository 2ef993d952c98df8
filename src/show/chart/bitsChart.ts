import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { unpackBit } from "../../theory/network/packKeyParameters";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette } from "./theme";

/** How much `bitsChart` draws. */
export type BitsOptions = FrameOptions & {
  /** The largest number of cubes drawn; default 256. */
  readonly cubes?: number;
};

/**
 * The bits that a₁ … a_n hold: the bit θ_{j,ℓ} of cube j in row ℓ, dark for 1 (Theorem 2.1 and 2.2).
 * @throws RangeError if the approximation has no parameter a1.
 */
export function bitsChart(phi: Approximation, options: BitsOptions = {}): Figure {
  checkKeys("bitsChart", options, { ...FRAME, cubes: true } satisfies Record<keyof BitsOptions, true>);
  const keys = Array.from(
    { length: phi.n },
    (_, i) => phi.intrinsic[`a${i + 1}`] ?? phi.intrinsic[`a${i + 1}@0`],
  );
  if (keys.some((a) => a === undefined))
    throw new RangeError(
      `bitsChart shows the bits of a1 … an; this approximation has ${Object.keys(phi.intrinsic).join(", ")}.`,
    );
  const count = Math.min(phi.grid.J, checkCount("bitsChart: cubes", options.cubes ?? 256, 1, Infinity));
  const cut = count < phi.grid.J ? ` (the first ${count} of ${phi.grid.J})` : "";
  return {
    data: [
      {
        type: "heatmap",
        name: "bits",
        x: Array.from({ length: count }, (_, i) => i + 1),
        y: keys.map((_, i) => `a${i + 1}`),
        z: keys.map((a) => Array.from({ length: count }, (_, i) => unpackBit(a, i + 1))),
        colorscale: [
          [0, "#EEEEEE"],
          [1, palette.blue],
        ],
        zmin: 0,
        zmax: 1,
        showscale: false,
        xgap: count <= 128 ? 1 : 0,
        ygap: 2,
        hovertemplate: "bit of %{y} for cube %{x}: %{z}<extra></extra>",
      },
    ],
    layout: baseLayout(options.title ?? `The bits that ${phi.n} parameters hold: 1 dark, 0 light`, {
      height: options.height ?? 160 + 24 * phi.n,
      xaxis: axis(`index ϱ of the cube${cut}`),
      yaxis: axis("parameter", { autorange: "reversed", type: "category" }),
    }),
  };
}
