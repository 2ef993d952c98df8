import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { unpackBit } from "../../theory/network/packKeyParameters";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette } from "./theme";

/** How much `bitsChart` draws. */
export type BitsOptions = FrameOptions & {
  /** The largest number of cubes, or nodes, drawn; default 256. */
  readonly cubes?: number;
};

/** A parameter that holds bits, how many, and its bit at position j, from 1. */
type Row = { readonly name: string; readonly count: number; readonly bit: (j: number) => 0 | 1 };

/** Theorems 2.1 and 2.2: a₁ … a_n, a digit to base 4 for each cube. */
function keyRows(phi: Approximation): Row[] {
  return Array.from({ length: phi.n }, (_, i) => {
    const a = phi.intrinsic[`a${i + 1}`] ?? phi.intrinsic[`a${i + 1}@0`];
    if (a === undefined)
      throw new RangeError(
        `bitsChart shows the bits of a1 … an, or of a continuous φ; this approximation has ${Object.keys(phi.intrinsic).join(", ")}.`,
      );
    return { name: `a${i + 1}`, count: phi.grid.J, bit: (j) => unpackBit(a, j) };
  });
}

/** A continuous φ: binary digits in a₁ … a_n or in v. */
function nodeRows({ intrinsic, bits }: Approximation): Row[] {
  const keys = Object.entries(intrinsic).filter(([name]) => /^(a\d+|v)$/.test(name));
  return keys.map(([name, value]) => {
    const count = bits / keys.length;
    // Written out once: shifting a long number for each of its bits would take as long as all of it.
    const digits = (value.m << BigInt(value.e + count)).toString(2).padStart(count, "0");
    return { name, count, bit: (j) => (digits[j - 1] === "1" ? 1 : 0) };
  });
}

/**
 * The bits that a₁ … a_n hold: the bit θ_{j,ℓ} of cube j in row ℓ, dark for 1 (Theorem 2.1 and 2.2), of node j for a
 * continuous φ; or the bits of its v, one after another.
 * @throws RangeError if the approximation has no parameter a1 and is not continuous.
 */
export function bitsChart(phi: Approximation, options: BitsOptions = {}): Figure {
  checkKeys("bitsChart", options, { ...FRAME, cubes: true } satisfies Record<keyof BitsOptions, true>);
  const nodes = phi.nodes !== undefined;
  const keys = nodes ? nodeRows(phi) : keyRows(phi);
  const all = keys[0].count;
  const count = Math.min(all, checkCount("bitsChart: cubes", options.cubes ?? 256, 1, Infinity));
  const cut = count < all ? ` (the first ${count} of ${all})` : "";
  const place = !nodes ? "index ϱ of the cube" : keys[0].name === "v" ? "position in v" : "index of the node";
  const what = !nodes ? "cube" : keys[0].name === "v" ? "position" : "node";
  return {
    data: [
      {
        type: "heatmap",
        name: "bits",
        x: Array.from({ length: count }, (_, i) => i + 1),
        y: keys.map(({ name }) => name),
        z: keys.map(({ bit }) => Array.from({ length: count }, (_, i) => bit(i + 1))),
        colorscale: [
          [0, "#EEEEEE"],
          [1, palette.blue],
        ],
        zmin: 0,
        zmax: 1,
        showscale: false,
        xgap: count <= 128 ? 1 : 0,
        ygap: 2,
        hovertemplate: `bit of %{y} for ${what} %{x}: %{z}<extra></extra>`,
      },
    ],
    layout: baseLayout(
      options.title ??
        `The bits that ${keys.length === 1 ? "one parameter holds" : `${keys.length} parameters hold`}: 1 dark, 0 light`,
      {
        height: options.height ?? 160 + 24 * keys.length,
        xaxis: axis(`${place}${cut}`),
        yaxis: axis("parameter", { autorange: "reversed", type: "category" }),
      },
    ),
  };
}
