import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { add, multiply, scale, subtract } from "../../theory/exact/arithmetic";
import { type Dyadic, dyadic } from "../../theory/exact/dyadic";
import { fromNumber, toNumber } from "../../theory/exact/toNumber";
import { evaluateNetwork } from "../../theory/relu/evaluateNetwork";
import type { ReluNetwork } from "../../theory/relu/reluNetwork";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded, seriesStyle } from "./theme";

/** Which part of a network's graph `networkChart` draws, and how. */
export type NetworkOptions = FrameOptions & {
  /** The interval drawn; default [0, 1]. */
  readonly range?: readonly [number, number];
  /** Number of pieces that the interval is cut into, a power of two so that dyadic kinks are met; default 512. */
  readonly samples?: number;
  /** Points (x, network(x)) to mark on the first graph. */
  readonly marks?: readonly number[];
  /** A logarithmic vertical axis, for networks with values > 0. */
  readonly logarithmic?: boolean;
  /** The titles of the axes; default "x" and "value". */
  readonly axes?: readonly [string, string];
};

/**
 * The graphs of networks R → R by name, each point computed exactly, layer by layer.
 * @throws RangeError for other networks, an empty range, or samples that are no power of two up to 4096.
 */
export function networkChart(
  networks: Readonly<Record<string, ReluNetwork>>,
  options: NetworkOptions = {},
): Figure {
  checkKeys("networkChart", options, {
    ...FRAME,
    range: true,
    samples: true,
    marks: true,
    logarithmic: true,
    axes: true,
  } satisfies Record<keyof NetworkOptions, true>);
  const { range: [from, to] = [0, 1], samples = 512, marks = [], axes = ["x", "value"] } = options;
  const named = Object.entries(networks);
  if (named.length === 0) throw new RangeError("networkChart needs at least one network.");
  for (const [name, { input, output }] of named)
    if (input !== 1 || output !== 1)
      throw new RangeError(`networkChart draws networks R → R, ${shown(name)} is R^${input} → R^${output}.`);
  if (!(to > from))
    throw new RangeError(`range must be [from, to] with from < to; got [${shown(from)}, ${shown(to)}].`);
  const power = Math.log2(samples);
  if (!Number.isInteger(power) || power < 1 || power > 12)
    throw new RangeError(`samples must be a power of two from 2 to 4096; got ${shown(samples)}.`);
  const start = fromNumber(from);
  const length = subtract(fromNumber(to), start);
  const points = Array.from({ length: samples + 1 }, (_, i) =>
    add(start, scale(multiply(length, dyadic(BigInt(i))), -power)),
  );
  const values = (network: ReluNetwork, at: readonly Dyadic[]) =>
    rounded(at.map((x) => toNumber(evaluateNetwork(network, [x])[0])));
  const x = rounded(points.map(toNumber), 9);
  return {
    data: [
      ...named.map(([name, network], i) => {
        const { color, dash } = seriesStyle(i);
        const line = { color, dash, width: 2 };
        return { type: "scatter", mode: "lines", name, x, y: values(network, points), line };
      }),
      ...(marks.length === 0
        ? []
        : [
            {
              type: "scatter",
              mode: "markers",
              name: "marked",
              showlegend: false,
              x: rounded(marks, 9),
              y: values(named[0][1], marks.map(fromNumber)),
              marker: { color: palette.black, size: 8 },
              cliponaxis: false,
            },
          ]),
    ],
    layout: baseLayout(options.title ?? named.map(([name]) => name).join(", "), {
      ...(options.height !== undefined && { height: options.height }),
      showlegend: named.length > 1,
      xaxis: axis(axes[0], { range: [from, to] }),
      yaxis: axis("", {
        title: { text: axes[1], standoff: 20 },
        ...(options.logarithmic && { type: "log", exponentformat: "power", dtick: 1 }),
      }),
    }),
  };
}
