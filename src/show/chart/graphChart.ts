import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Grid } from "../../theory/grid/grid";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { areaEntry, areaFill, axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";
import { type Step, withSlider } from "./withSlider";

/** How finely `graphChart` draws, and what it shows first. */
export type GraphOptions = FrameOptions & {
  /** Points at which f is drawn; default 601. */
  readonly samples?: number;
  /** Which of several approximations is shown first; default the last. */
  readonly active?: number;
};

const SHADE = areaFill(palette.orange);

/** Whether strips of width δ are wide enough to see. */
const wide = ({ delta }: Grid) => delta > 1 / 2000;

/** Abscissas that show every step and, if a strip is wide enough to see, what φ does on it. */
export function abscissas(grid: Grid): number[] {
  const { K, delta } = grid;
  const x: number[] = [];
  const inside = wide(grid) ? Math.max(8, Math.round(512 / K)) : 0;
  for (let k = 0; k < K; k++) {
    x.push(k / K);
    if (k === K - 1) break;
    if (delta === 0) continue;
    x.push((k + 1) / K - delta);
    for (let i = 1; i < inside; i++) x.push((k + 1) / K - delta * (1 - i / inside));
  }
  x.push(1);
  return x;
}

/** The trifling region as shapes, shaded. */
export function strips({ K, delta }: Grid): object[] {
  // Hundreds of hairlines would only make the picture grey; without strips there is nothing to shade.
  if (K > 64 || delta === 0) return [];
  return Array.from({ length: K - 1 }, (_, i) => ({
    type: "rect",
    layer: "below",
    xref: "x",
    yref: "paper",
    x0: (i + 1) / K - delta,
    x1: (i + 1) / K,
    y0: 0,
    y1: 1,
    fillcolor: SHADE,
    line: { width: 0 },
  }));
}

const hasSeenStrips = (grid: Grid) => wide(grid) && strips(grid).length > 0;

/** The legend's entry for the strips if those of a grid can be seen, else none. */
export const stripsEntry = (...grids: readonly Grid[]): object[] =>
  grids.some(hasSeenStrips) ? [areaEntry("trifling region Ω", SHADE)] : [];

/**
 * The warning for a picture in which φ hardly follows f: if the bound exceeds the range of f, a flat line satisfies it.
 * For a large λ, a small n gives such a line.
 */
function warning(phi: Approximation, values: readonly number[], f: readonly number[]): string {
  const range = spread(f);
  if (!(phi.bound > range && range > 0)) return "";
  const flat = spread(values) === 0 ? "; φ is constant" : "";
  return `Bound ${short(phi.bound)} > range of f, ${short(range)}: at this n nothing is promised yet${flat}`;
}

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
const short = (value: number) => String(Number(value.toPrecision(3)));

/**
 * The graphs of f and φ on [0,1] (d = 1), the trifling strips shaded; several approximations of one target get a
 * slider over n. If the bound exceeds the range of f, the chart says so below its title.
 * @throws RangeError for a target of another dimension or no approximation.
 */
export function graphChart(
  data: Approximation | readonly Approximation[],
  options: GraphOptions = {},
): Figure {
  checkKeys("graphChart", options, { ...FRAME, samples: true, active: true } satisfies Record<
    keyof GraphOptions,
    true
  >);
  const list: readonly Approximation[] = Array.isArray(data) ? data : [data];
  const first = list[0];
  if (first === undefined) throw new RangeError("graphChart needs at least one approximation.");
  for (const { target } of list)
    if (target.dimension !== 1)
      throw new RangeError(
        `graphChart draws functions of one variable; got dimension ${shown(target.dimension)}; use heatmapChart.`,
      );
  const samples = checkCount("graphChart: samples", options.samples ?? 601, 2, 100_000);
  const x = Array.from({ length: samples }, (_, i) => i / (samples - 1));
  const values = rounded(x.map((t) => first.target([t])));
  const title = options.title ?? `${first.target.title} and its approximation`;
  const graph = {
    type: "scatter",
    mode: "lines",
    name: `f: ${first.target.title}`,
    x: rounded(x),
    y: values,
    line: { color: palette.black, width: 2, dash: "dot" },
  };
  const drawn = list.map((phi) => {
    const at = abscissas(phi.grid);
    return { phi, at, y: rounded(phi.evaluate(Float64Array.from(at))) };
  });
  const warned = drawn.some(({ phi, y }) => warning(phi, y, values) !== "");
  const entry = stripsEntry(...list.map(({ grid }) => grid));
  const steps = drawn.map(({ phi, at, y }): Step => {
    return {
      label: String(phi.n),
      data: [
        graph,
        {
          type: "scatter",
          mode: "lines",
          name: `φ, n = ${phi.n}`,
          x: rounded(at, 9),
          y,
          line: { color: palette.blue, width: 2 },
        },
        // Each step has the same traces.
        ...entry.map((each) => ({ ...each, visible: hasSeenStrips(phi.grid) })),
      ],
      layout: {
        shapes: strips(phi.grid),
        ...(warned && { title: { subtitle: { text: warning(phi, y, values), font: { size: 11 } } } }),
      },
    };
  });
  const layout = baseLayout(title, {
    height: options.height ?? (list.length > 1 ? 520 : 420),
    xaxis: axis("x", { range: [0, 1] }),
    yaxis: axis("value"),
    // By default only points near the mouse react, and a staircase has few.
    hovermode: "x",
  });
  return withSlider(steps, layout, { prefix: "n = ", active: options.active ?? list.length - 1 });
}
