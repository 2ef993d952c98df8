import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import type { Layer } from "../../theory/relu/layer";
import type { ReluNetwork } from "../../theory/relu/reluNetwork";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette } from "./theme";

type Group = { layer: Layer; first: number; count: number; names: string[] };

/** Consecutive layers of one shape, with the names of their intrinsic parameters. */
function groupsOf(network: ReluNetwork): Group[] {
  const all: Group[] = [];
  let previous: Layer | undefined;
  network.layers.forEach((layer, i) => {
    const last = all.at(-1);
    if (last && layer === previous) {
      last.count++;
      return;
    }
    previous = layer;
    const names = [
      ...new Set([...layer.weights, ...layer.biases].flatMap(({ name }) => (name ? [name] : []))),
    ];
    const alike =
      last !== undefined &&
      names.length === 0 &&
      last.names.length === 0 &&
      last.layer.width === layer.width &&
      last.layer.inputs === layer.inputs &&
      last.layer.activation === layer.activation;
    if (alike) last.count++;
    else all.push({ layer, first: i + 1, count: 1, names });
  });
  return all;
}

/** How much `layersChart` draws. */
export type LayersOptions = FrameOptions & {
  /** The most groups of layers drawn, default 60; the default title says what is cut off. */
  readonly most?: number;
};

/**
 * A network as a row of bars, one for each layer, as high as its number of neurons (logarithmic). Neighbours of one
 * shape share a bar with (×their number) above; layers with intrinsic parameters have another colour and their names.
 * If there are at most 16 bars, they also show the number of neurons.
 */
export function layersChart(network: ReluNetwork, options: LayersOptions = {}): Figure {
  checkKeys("layersChart", options, { ...FRAME, most: true } satisfies Record<keyof LayersOptions, true>);
  const every = groupsOf(network);
  const shown = every.slice(0, checkCount("layersChart: most", options.most ?? 60, 1, Infinity));
  const label = ({ first, count }: Group) => (count === 1 ? String(first) : `${first}–${first + count - 1}`);
  const bars = (intrinsic: boolean) => {
    const chosen = shown.filter((group) => group.names.length > 0 === intrinsic);
    return {
      type: "bar",
      name: intrinsic ? "with intrinsic parameters" : "independent of f",
      x: chosen.map(label),
      y: chosen.map((group) => group.layer.width),
      text: chosen.map((group) =>
        intrinsic
          ? short(group.names)
          : [every.length <= 16 && group.layer.width, group.count > 1 && `(×${group.count})`]
              .filter(Boolean)
              .join("<br>"),
      ),
      textposition: "outside",
      cliponaxis: false,
      hovertemplate: "layers %{x}: %{y} neurons<extra></extra>",
      marker: {
        color: intrinsic ? palette.vermillion : palette.skyBlue,
        line: { color: palette.black, width: 1 },
        ...(intrinsic && { pattern: { shape: "/" } }),
      },
    };
  };
  const cut = shown.length < every.length ? ` (the first ${shown.length} of ${every.length} groups)` : "";
  return {
    data: [bars(false), bars(true)],
    layout: baseLayout(
      options.title ??
        `${network.layers.length} layers, ${space(network.input)} → ${space(network.output)}${cut}`,
      {
        ...(options.height !== undefined && { height: options.height }),
        barmode: "overlay",
        // Plotly makes texts above narrow bars as small as these.
        uniformtext: { minsize: 9, mode: "show" },
        xaxis: axis("layer", { type: "category", categoryorder: "array", categoryarray: shown.map(label) }),
        yaxis: axis("", { title: { text: "neurons", standoff: 20 }, type: "log", dtick: 1 }),
      },
    ),
  };
}

/** Names in the width of a bar, since Plotly shrinks what is wider: a1, a2, a3 as a1–a3, other names in lines. */
function short(names: readonly string[]): string {
  const [first, last] = [names[0], names.at(-1)];
  const inARow = names.every((name, i) => name === `a${i + 1}`);
  if (names.length > 2 && inARow) return `${first}–${last}`;
  return names.length > 4 ? `${first}<br>… ${last}` : names.join(", ");
}

const space = (dimension: number) =>
  dimension === 1 ? "ℝ" : `ℝ${String(dimension).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])}`;
