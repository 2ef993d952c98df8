import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import {
  axis,
  baseLayout,
  divergingScale,
  FRAME,
  type FrameOptions,
  rounded,
  sequentialScale,
} from "./theme";

/** How finely `heatmapChart` draws. */
export type HeatmapOptions = FrameOptions & {
  /** Grid points along each axis; default 96. */
  readonly samples?: number;
};

const rows = (values: ArrayLike<number>, width: number): number[][] => {
  const all = rounded(values, 5);
  return Array.from({ length: all.length / width }, (_, r) => all.slice(r * width, (r + 1) * width));
};

/** Plotly calls the first axes x and y, the next x2 and y2. */
const numbered = (index: number) => (index === 1 ? "" : String(index));

/**
 * Heat maps of f, φ and φ − f on [0,1]² (d = 2), f and φ on one colour scale.
 * @throws RangeError for a target of another dimension.
 */
export function heatmapChart(phi: Approximation, options: HeatmapOptions = {}): Figure {
  checkKeys("heatmapChart", options, { ...FRAME, samples: true } satisfies Record<
    keyof HeatmapOptions,
    true
  >);
  if (phi.target.dimension !== 2)
    throw new RangeError(
      `heatmapChart draws functions of two variables; got dimension ${shown(phi.target.dimension)}.`,
    );
  const samples = checkCount("heatmapChart: samples", options.samples ?? 96, 1, 1024);
  // Midpoints of pixels: each pixel shows a point of its own cube.
  const ticks = Array.from({ length: samples }, (_, i) => (i + 0.5) / samples);
  const points = Float64Array.from(ticks.flatMap((y) => ticks.flatMap((x) => [x, y])));
  const approximate = phi.evaluate(points);
  const exact = new Float64Array(approximate.length);
  for (let i = 0; i < exact.length; i++) exact[i] = phi.target(points.subarray(2 * i, 2 * i + 2));
  const error = approximate.map((value, i) => value - exact[i]);
  // Not Math.min(...values): a fine grid has more values than a call takes arguments.
  const extreme = (pick: (a: number, b: number) => number) =>
    approximate.reduce(
      (a, b) => pick(a, b),
      exact.reduce((a, b) => pick(a, b)),
    );
  const low = extreme(Math.min);
  const high = extreme(Math.max);
  const worst = error.reduce((max, e) => Math.max(max, Math.abs(e)), 0);
  const at = rounded(ticks);
  const panel = (index: number, z: Float64Array, look: object) => ({
    type: "heatmap",
    x: at,
    y: at,
    z: rows(z, samples),
    xaxis: `x${numbered(index)}`,
    yaxis: `y${numbered(index)}`,
    ...look,
  });
  const shared = { colorscale: sequentialScale, zmin: low, zmax: high };
  const bar = (x: number, title: string) => ({
    x,
    len: 0.8,
    thickness: 10,
    title: { text: title, side: "top" },
  });
  const third = [
    [0, 0.25],
    [0.29, 0.54],
    [0.7, 0.95],
  ] as const;
  const names = [`f: ${phi.target.title}`, `φ, n = ${phi.n}`, "error φ − f"];
  const axes = Object.fromEntries(
    third.flatMap(([from, to], i) => [
      [`xaxis${numbered(i + 1)}`, axis("x₁", { domain: [from, to], constrain: "domain" })],
      [
        `yaxis${numbered(i + 1)}`,
        axis(i === 0 ? "x₂" : "", {
          anchor: `x${numbered(i + 1)}`,
          scaleanchor: `x${numbered(i + 1)}`,
          showticklabels: i === 0,
          constrain: "domain",
        }),
      ],
    ]),
  );
  return {
    data: [
      panel(1, exact, { ...shared, name: names[0], showscale: false }),
      panel(2, approximate, { ...shared, name: names[1], colorbar: bar(0.55, "value") }),
      panel(3, error, {
        name: names[2],
        colorscale: divergingScale,
        zmin: -worst,
        zmax: worst,
        colorbar: bar(0.96, "error"),
      }),
    ],
    layout: baseLayout(options.title ?? `${phi.target.title}, ${phi.grid.J} cubes`, {
      height: options.height ?? 340,
      ...axes,
      annotations: names.map((text, i) => ({
        text,
        // Above the square as drawn, wherever the equal scales of the axes put it.
        xref: `x${numbered(i + 1)} domain`,
        yref: `y${numbered(i + 1)} domain`,
        x: 0.5,
        y: 1.02,
        yanchor: "bottom",
        showarrow: false,
      })),
    }),
  };
}
