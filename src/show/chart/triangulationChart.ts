import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { fromNumber, toNumber } from "../../theory/exact/toNumber";
import type { Grid } from "../../theory/grid/grid";
import { checkNode, nodeCount, nodeOfIndex } from "../../theory/grid/lattice";
import { hatValue } from "../../theory/network/hatNetwork";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

/** Whose hat `triangulationChart` draws. */
export type TriangulationOptions = FrameOptions & {
  /** The node v ∈ {0..K}^d; default the middle one. */
  readonly node?: readonly number[];
};

/** Most cubes along an axis that can be told apart, on a line and in the plane. */
const MOST = [64, 16];
/** Points along an axis at which a hat in the plane is drawn. */
const SAMPLES = 97;

/** Lines of a trace, one after another, with gaps between them. */
const lines = (ends: readonly (readonly [from: readonly number[], to: readonly number[]])[]) => ({
  x: ends.flatMap(([from, to]) => [from[0], to[0], null]),
  y: ends.flatMap(([from, to]) => [from[1], to[1], null]),
});

function onLine(grid: Grid, node: readonly number[]): object[] {
  const { K } = grid;
  const hat = (k: number, name: string, look: object) => ({
    type: "scatter",
    mode: "lines",
    name,
    x: [0, (k - 1) / K, k / K, (k + 1) / K, 1].filter((x) => x >= 0 && x <= 1).sort((a, b) => a - b),
    y: [0, (k - 1) / K, k / K, (k + 1) / K, 1]
      .filter((x) => x >= 0 && x <= 1)
      .sort((a, b) => a - b)
      .map((x) => toNumber(hatValue(grid, [k], [fromNumber(x)]))),
    ...look,
  });
  const others = Array.from({ length: K + 1 }, (_, k) => k).filter((k) => k !== node[0]);
  return [
    ...others.map((k, i) =>
      hat(k, "the hats of the other nodes", {
        line: { color: "#999999", width: 1 },
        legendgroup: "others",
        showlegend: i === 0,
      }),
    ),
    hat(node[0], `the hat of node ${node[0]}`, { line: { color: palette.blue, width: 3 } }),
  ];
}

function inPlane(grid: Grid, node: readonly number[]): object[] {
  const { K } = grid;
  const ticks = Array.from({ length: SAMPLES }, (_, i) => i / (SAMPLES - 1));
  const ends = Array.from({ length: K + 1 }, (_, k) => k / K);
  const diagonals = Array.from({ length: 2 * K - 1 }, (_, i) => (i + 1 - K) / K).map(
    (by) =>
      [
        [Math.max(0, by), Math.max(0, -by)],
        [Math.min(1, 1 + by), Math.min(1, 1 - by)],
      ] as const,
  );
  const nodes = Array.from({ length: nodeCount(grid) }, (_, j) => nodeOfIndex(grid, j + 1));
  return [
    {
      type: "heatmap",
      name: `the hat of node (${node.join(", ")})`,
      x: rounded(ticks),
      y: rounded(ticks),
      z: ticks.map((y) =>
        rounded(
          ticks.map((x) => toNumber(hatValue(grid, node, [x, y].map(fromNumber)))),
          4,
        ),
      ),
      // From clear: where the hat is 0, the page's ground is seen, light or dark.
      colorscale: [
        [0, `${palette.skyBlue}00`],
        [1, `${palette.skyBlue}FF`],
      ],
      zmin: 0,
      zmax: 1,
      colorbar: { title: { text: "hat", side: "top" }, thickness: 12, len: 0.8 },
    },
    {
      type: "scatter",
      mode: "lines",
      name: "the Kuhn triangulation",
      ...lines([
        ...ends.map(
          (x) =>
            [
              [x, 0],
              [x, 1],
            ] as const,
        ),
        ...ends.map(
          (y) =>
            [
              [0, y],
              [1, y],
            ] as const,
        ),
        ...diagonals,
      ]),
      line: { color: "#777777", width: 1 },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "markers",
      name: "nodes v/K",
      x: nodes.map(([k]) => k / K),
      y: nodes.map(([, k]) => k / K),
      marker: { color: palette.blue, size: 6 },
    },
  ];
}

/**
 * The nodes v/K, the Kuhn triangulation between them and the hat function of one node; d = 1 or 2.
 * @throws RangeError for other dimensions, more than 64 (d = 2: 16) cubes along an axis, or a node that is none.
 */
export function triangulationChart(grid: Grid, options: TriangulationOptions = {}): Figure {
  checkKeys("triangulationChart", options, { ...FRAME, node: true } satisfies Record<
    keyof TriangulationOptions,
    true
  >);
  const { d, K } = grid;
  if (d > 2) throw new RangeError(`triangulationChart draws one or two dimensions; got ${shown(d)}.`);
  if (K > MOST[d - 1])
    throw new RangeError(
      `triangulationChart draws at most ${MOST[d - 1]} cubes along an axis; got ${shown(K)}; choose a smaller n.`,
    );
  const { node = Array<number>(d).fill(K / 2) } = options;
  checkNode(grid, node, "triangulationChart: node");
  const square = { range: [-0.02, 1.02], showgrid: false, zeroline: false };
  return {
    data: d === 1 ? onLine(grid, node) : inPlane(grid, node),
    layout: baseLayout(options.title ?? `${nodeCount(grid)} nodes, and the hat function of one`, {
      height: options.height ?? (d === 1 ? 420 : 560),
      xaxis: axis("x₁", { ...square, ...(d === 2 && { constrain: "domain" }) }),
      yaxis:
        d === 1
          ? axis("hat", { range: [0, 1.05] })
          : axis("x₂", { ...square, scaleanchor: "x", constrain: "domain" }),
    }),
  };
}
