import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { approximateLp } from "../../theory/approximate/approximateLp";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

/** Which part `medianChart` draws, and how finely. */
export type MedianOptions = FrameOptions & {
  /** The part of [0,1] drawn; default three cubes around the middle. */
  readonly range?: readonly [number, number];
  /** Points drawn; default 1200. */
  readonly samples?: number;
};

/**
 * Why medians help: the copies ψ₀(x−δ), ψ₀(x), ψ₀(x+δ), each wild on its own strip, and their median (d = 1)
 * [Theorem 2.2, Fig. 8].
 * @throws RangeError unless phi comes from approximateUniform with d = 1 and the range lies in [0,1].
 */
export function medianChart(phi: Approximation, options: MedianOptions = {}): Figure {
  checkKeys("medianChart", options, { ...FRAME, range: true, samples: true } satisfies Record<
    keyof MedianOptions,
    true
  >);
  const { target: f, grid, n, variant, delta } = phi;
  if (phi.construction !== "uniform" || grid.d !== 1)
    throw new RangeError(
      `medianChart draws approximateUniform in one dimension; got ${shown(phi.construction)} with d = ${shown(grid.d)}.`,
    );
  const middle = Math.floor(grid.K / 2) / grid.K;
  const [from, to] = options.range ?? [Math.max(0, middle - 1 / grid.K), Math.min(1, middle + 2 / grid.K)];
  const samples = checkCount("medianChart: samples", options.samples ?? 1200, 2, 100_000);
  if (!(from >= 0 && from < to && to <= 1))
    throw new RangeError(
      `medianChart: range must be [from, to] with 0 ≤ from < to ≤ 1; got [${shown(from)}, ${shown(to)}].`,
    );
  const x = Float64Array.from({ length: samples }, (_, i) => from + ((to - from) * i) / (samples - 1));
  const copy = approximateLp(f, { n, variant, delta });
  // g saturates outside [0,1], so clamping changes nothing.
  const shifted = (by: number) => copy.evaluate(x.map((t) => Math.min(Math.max(t + by, 0), 1)));
  const line = (name: string, y: Float64Array, look: object) => ({
    type: "scatter",
    mode: "lines",
    name,
    x: rounded(x),
    y: rounded(y),
    line: look,
  });
  return {
    data: [
      line("ψ₀(x − δ)", shifted(-delta), { color: palette.orange, width: 1, dash: "solid" }),
      line("ψ₀(x)", shifted(0), { color: palette.purple, width: 1, dash: "dash" }),
      line("ψ₀(x + δ)", shifted(delta), { color: palette.green, width: 1, dash: "dot" }),
      line("median", phi.evaluate(x), { color: palette.blue, width: 3 }),
      line(
        "f",
        x.map((t) => f([t])),
        { color: palette.black, width: 2, dash: "dot" },
      ),
    ],
    layout: baseLayout(options.title ?? `Medians of three copies, n = ${n}, δ = ${delta}`, {
      ...(options.height !== undefined && { height: options.height }),
      xaxis: axis("x", { range: [from, to] }),
      yaxis: axis("value"),
    }),
  };
}
