import type { Figure } from "./figure";

type Titled = { title?: string | { text?: string } };
type Trace = { type?: string; name?: string; mode?: string; fill?: string; visible?: boolean | string };

/**
 * A figure in words, for readers who do not see it: `layout.meta.alt` if the figure has one, else its title, its axes,
 * what is drawn, and what its sliders choose.
 */
export function alternativeText(figure: Figure): string {
  const layout = figure.layout as Titled & {
    meta?: { alt?: unknown };
    xaxis?: Titled;
    yaxis?: Titled;
    sliders?: { active?: number; currentvalue?: { prefix?: string }; steps?: { label?: string }[] }[];
  };
  const title = plain(textOf(layout));
  if (typeof layout.meta?.alt === "string") return sentences([title, plain(layout.meta.alt)]);
  const axes = [
    ["Horizontal axis", plain(textOf(layout.xaxis))],
    ["vertical axis", plain(textOf(layout.yaxis))],
  ].flatMap(([name, text]) => (text ? [`${name}: ${text}`] : []));
  const sliders = (layout.sliders ?? []).map(({ active = 0, currentvalue, steps = [] }) => {
    const labels = steps.map(({ label }) => label ?? "");
    return `A slider chooses ${currentvalue?.prefix ?? ""}${labels.join(", ")}; shown is ${labels[active]}`;
  });
  return sentences([title, axes.join("; "), drawn(figure.data as Trace[]), ...sliders]);
}

const NAMES: Readonly<Record<string, string>> = {
  heatmap: "heat map",
  bar: "bars",
  contour: "contour lines",
};

function kindOf({ type = "scatter", mode = "lines", fill = "none" }: Trace): string {
  if (type !== "scatter" && type !== "scattergl") return NAMES[type] ?? type;
  if (fill !== "none") return "areas";
  if (mode.includes("lines")) return "lines";
  return mode.includes("markers") ? "points" : "numbers";
}

const isDrawn = ({ visible = true }: Trace): boolean => visible === true;

function drawn(traces: readonly Trace[]): string {
  const kinds = new Map<string, string[]>();
  for (const trace of traces.filter(isDrawn)) {
    const { name } = trace;
    const kind = kindOf(trace);
    kinds.set(kind, [...(kinds.get(kind) ?? []), ...(name ? [plain(name)] : [])]);
  }
  return [...kinds]
    .map(([kind, names]) => (names.length > 0 ? `${kind}: ${names.join(", ")}` : kind))
    .join("; ");
}

function textOf(titled: Titled | undefined): string {
  const title = titled?.title;
  return (typeof title === "string" ? title : title?.text) ?? "";
}

/** A text without the little markup that Plotly allows in it. */
const plain = (text: string): string =>
  text
    .replace(/<br ?\/?>/g, " ")
    .replace(/<\/?(?:b|i|u|s|a|em|strong|sup|sub|span)(?: [^>]*)?>/gi, "")
    .trim();

function sentences(parts: readonly string[]): string {
  const said = parts.filter(Boolean).map((part) => `${part[0].toUpperCase()}${part.slice(1)}`);
  return said.length === 0
    ? "A chart without a title."
    : said.map((part) => part.replace(/\.?$/, ".")).join(" ");
}
