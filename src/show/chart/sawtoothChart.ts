import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { scale } from "../../theory/exact/arithmetic";
import { type Dyadic, dyadic } from "../../theory/exact/dyadic";
import { toNumber } from "../../theory/exact/toNumber";
import { extractionNetwork, sawtoothNetwork } from "../../theory/network/extractionNetwork";
import { unpackBit } from "../../theory/network/packKeyParameters";
import { evaluateNetwork } from "../../theory/relu/evaluateNetwork";
import type { Figure } from "./figure";
import { areaEntry, areaFill, axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

/** What `sawtoothChart` reads. */
export type SawtoothOptions = FrameOptions & {
  /** How many bits are read: the chart shows y mod 2 at 4^j·a for j = 1..J. */
  readonly J: number;
};

/**
 * How the extraction network reads the bits of a: the tooth T(y) = 1 − |1 − (y mod 2)| and the threshold g̃ over
 * y mod 2, and where y = 4^j·a falls: on [0, 1/3) for the bit 0, on [1, 4/3) for the bit 1 [Prop. B.1, Figs 11, 12].
 * The values at 4^j·a come from the networks themselves.
 * @throws RangeError unless 2 ≤ J ≤ 64 is even and a ∈ [0, 1/3) with 4^J·a an integer.
 */
export function sawtoothChart(a: Dyadic, options: SawtoothOptions): Figure {
  checkKeys("sawtoothChart", options, { ...FRAME, J: true } satisfies Record<keyof SawtoothOptions, true>);
  const { J } = options;
  if (!Number.isInteger(J) || J < 2 || J > 64 || J % 2 !== 0)
    throw new RangeError(`J must be an even integer from 2 to 64; got ${shown(J)}.`);
  if (a.m < 0n || a.e < -2 * J || 3 * toNumber(a) >= 1)
    throw new RangeError("sawtoothChart: a must lie in [0, 1/3), and 4^J·a must be an integer.");
  const [sawtooth, extraction] = [sawtoothNetwork(J), extractionNetwork(J)];
  const points = Array.from({ length: J }, (_, i) => {
    const y = scale(a, 2 * (i + 1));
    // y mod 2, exactly: the binary digits of y from the units digit on.
    const places = Math.max(-y.e, 0);
    const folded = toNumber(dyadic(BigInt.asUintN(places + 1, y.m << BigInt(Math.max(y.e, 0))), -places));
    return {
      j: i + 1,
      folded,
      tooth: toNumber(evaluateNetwork(sawtooth, [y])[0]),
      bit: toNumber(evaluateNetwork(extraction, [y])[0]),
      stored: unpackBit(a, i + 1),
    };
  });
  const zone = (from: number, to: number, color: string) => ({
    type: "rect",
    layer: "below",
    xref: "x",
    yref: "paper",
    x0: from,
    x1: to,
    y0: 0,
    y1: 1,
    fillcolor: areaFill(color),
    line: { width: 0 },
  });
  const marks = (bit: 0 | 1, color: string, symbol: string) => {
    const chosen = points.filter((point) => point.stored === bit);
    return {
      type: "scatter",
      mode: "markers",
      name: `4^j·a, bit ${bit}`,
      x: rounded(chosen.map((point) => point.folded)),
      y: rounded(chosen.map((point) => point.tooth)),
      text: chosen.map((point) => `j = ${point.j}, network's bit ${point.bit}`),
      marker: { color, symbol, size: 10, line: { color: palette.black, width: 1 } },
    };
  };
  return {
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "sawtooth T",
        x: [0, 1, 2],
        y: [0, 1, 0],
        line: { color: palette.blue, width: 2 },
      },
      {
        type: "scatter",
        mode: "lines",
        name: "threshold g̃(T)",
        x: rounded([0, 1 / 3, 2 / 3, 4 / 3, 5 / 3, 2]),
        y: [0, 0, 1, 1, 0, 0],
        line: { color: palette.vermillion, width: 2, dash: "dash" },
      },
      marks(0, "#FFFFFF", "circle"),
      marks(1, palette.black, "diamond"),
      areaEntry("[0, 1/3): bit 0", areaFill(palette.skyBlue)),
      areaEntry("[1, 4/3): bit 1", areaFill(palette.orange)),
    ],
    layout: baseLayout(options.title ?? `Reading ${J} bits of one number`, {
      ...(options.height !== undefined && { height: options.height }),
      xaxis: axis("y mod 2, y = 4^j·a", { range: [0, 2] }),
      yaxis: axis("value"),
      shapes: [zone(0, 1 / 3, palette.skyBlue), zone(1, 4 / 3, palette.orange)],
    }),
  };
}
