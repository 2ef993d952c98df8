import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded, sequentialScale } from "./theme";
import { type Step, withSlider } from "./withSlider";

/** How finely `classesChart` draws, and what it shows first. */
export type ClassesOptions = FrameOptions & {
  /** Grid points along each axis; default 64. */
  readonly samples?: number;
  /** Which of several approximations is shown first; default the last. */
  readonly active?: number;
};

/**
 * A classifier on [0,1]² as a heat map over the classes 0 and 1, with the points of both classes (N×2, row-major) drawn
 * on it; several approximations get a slider over n.
 * @throws RangeError for a target of another dimension, no approximation, or a class without points.
 */
export function classesChart(
  data: Approximation | readonly Approximation[],
  points: readonly [Float64Array, Float64Array],
  options: ClassesOptions = {},
): Figure {
  checkKeys("classesChart", options, { ...FRAME, samples: true, active: true } satisfies Record<
    keyof ClassesOptions,
    true
  >);
  const list: readonly Approximation[] = Array.isArray(data) ? data : [data];
  const first = list[0];
  if (first === undefined) throw new RangeError("classesChart needs at least one approximation.");
  for (const { target } of list)
    if (target.dimension !== 2)
      throw new RangeError(
        `classesChart draws functions of two variables; got dimension ${shown(target.dimension)}.`,
      );
  const samples = checkCount("classesChart: samples", options.samples ?? 64, 1, 1024);
  const ticks = Array.from({ length: samples }, (_, i) => (i + 0.5) / samples);
  const square = Float64Array.from(ticks.flatMap((y) => ticks.flatMap((x) => [x, y])));
  const marks = points.map((set, label) => {
    if (set.length === 0 || set.length % 2 !== 0)
      throw new RangeError(`Class ${label} must hold N·2 coordinates with N ≥ 1; got ${set.length}.`);
    return {
      type: "scatter",
      mode: "markers",
      name: `class ${label}`,
      x: rounded(
        set.filter((_, i) => i % 2 === 0),
        4,
      ),
      y: rounded(
        set.filter((_, i) => i % 2 === 1),
        4,
      ),
      // White on the dark end of the scale, black on the light end: a wrong point stands out in grey, too.
      marker: {
        symbol: label === 0 ? "circle" : "square",
        color: label === 0 ? "#FFFFFF" : palette.black,
        size: 5,
        line: { color: label === 0 ? palette.black : "#FFFFFF", width: 0.8 },
      },
    };
  });
  const steps = list.map((phi): Step => {
    const values = rounded(phi.evaluate(square), 3);
    return {
      label: String(phi.n),
      data: [
        {
          type: "heatmap",
          x: rounded(ticks),
          y: rounded(ticks),
          z: ticks.map((_, row) => values.slice(row * samples, (row + 1) * samples)),
          colorscale: sequentialScale,
          zmin: 0,
          zmax: 1,
          colorbar: { title: { text: "φ" }, len: 0.8, thickness: 12 },
        },
        ...marks,
      ],
    };
  });
  const layout = baseLayout(options.title ?? `${first.target.title} and the classifier φ`, {
    height: options.height ?? (list.length > 1 ? 640 : 560),
    xaxis: axis("x₁", { range: [0, 1], constrain: "domain" }),
    yaxis: axis("x₂", { range: [0, 1], scaleanchor: "x", constrain: "domain" }),
  });
  return withSlider(steps, layout, { prefix: "n = ", active: options.active ?? list.length - 1 });
}
