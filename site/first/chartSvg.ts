import { escapeHtml } from "../../src/show/notebook/escapeHtml";

/** What the chart shows. */
export type ChartContent = {
  /** Pixels. */
  width: number;
  height: number;
  /** f at equal steps from 0 to 1. */
  f: Float64Array;
  /** φ as a polyline. */
  phi: { x: Float64Array; y: Float64Array };
  bound: number;
  /** The ends of the vertical axis; by default as the function needs them. */
  ends?: readonly [number, number];
  /** Values that must be in the picture, besides those of f. */
  reach?: readonly [number, number];
  /** The part of [0, 1] that is chosen. */
  marked: readonly [number, number];
  description: string;
};

/** The place of the axes. */
export type Frame = {
  left: number;
  right: number;
  top: number;
  bottom: number;
  low: number;
  high: number;
};

const MARGIN = { left: 44, right: 12, top: 28, bottom: 44 };

/** Where the chart puts its axes, so that pointers can be read. */
export function chartFrame({
  width,
  height,
  f,
  bound,
  ends,
  reach,
}: Omit<ChartContent, "phi" | "description">): Frame {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const y of f) {
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  const range = high - low || 1;
  // A large bound would leave no room for the function: its band then runs out of the picture.
  const room = Math.min(Math.max(bound * 1.3, 0.08 * range), 0.6 * range);
  return {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
    low: Math.min(ends?.[0] ?? low - room, reach?.[0] ?? Number.POSITIVE_INFINITY),
    high: Math.max(ends?.[1] ?? high + room, reach?.[1] ?? Number.NEGATIVE_INFINITY),
  };
}

/** The chart as SVG, in classes that the page's style colours. */
export function chartSvg(content: ChartContent): string {
  const { width, height, f, phi, bound, marked, description } = content;
  const frame = chartFrame(content);
  const x = (t: number) => frame.left + t * (frame.right - frame.left);
  const y = (v: number) => {
    const at = frame.bottom - ((v - frame.low) / (frame.high - frame.low)) * (frame.bottom - frame.top);
    // Far outside of the picture, browsers draw wrongly.
    return Math.min(2 * height, Math.max(-height, at));
  };
  const n = (value: number) => value.toFixed(1);
  const along = (xs: (i: number) => number, ys: (i: number) => number, count: number) => {
    let path = "";
    for (let i = 0; i < count; i++) path += `${i === 0 ? "M" : "L"}${n(x(xs(i)))} ${n(y(ys(i)))}`;
    return path;
  };
  const last = f.length - 1;
  const upper = along(
    (i) => i / last,
    (i) => f[i] + bound,
    f.length,
  );
  const lower = along(
    (i) => 1 - i / last,
    (i) => f[last - i] - bound,
    f.length,
  ).replace("M", "L");
  const ticks = ticksBetween(frame.low, frame.high, Math.max(2, Math.round((frame.bottom - frame.top) / 60)));
  const right = ticks
    .map(
      (v) =>
        `<path class="grid" d="M${n(frame.left)} ${n(y(v))}H${n(frame.right)}"/><text class="tick" x="${n(frame.left - 6)}" y="${n(y(v) + 4)}" text-anchor="end">${Number(v.toPrecision(6))}</text>`,
    )
    .join("");
  const below = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (t) =>
        `<path class="grid" d="M${n(x(t))} ${n(frame.top)}V${n(frame.bottom)}"/><text class="tick" x="${n(x(t))}" y="${n(frame.bottom + 18)}" text-anchor="${t === 0 ? "start" : t === 1 ? "end" : "middle"}">${t}</text>`,
    )
    .join("");
  const [from, to] = marked.map(x);
  const column = `<rect class="chosen" x="${n(from)}" y="${n(frame.top)}" width="${n(Math.max(1.5, to - from))}" height="${n(frame.bottom - frame.top)}"/>`;
  const titles =
    `<text class="title" x="${n((frame.left + frame.right) / 2)}" y="${n(frame.bottom + 36)}" text-anchor="middle">x</text>` +
    `<text class="title" x="4" y="14">f(x) and φ(x)</text>`;
  return (
    `<svg role="img" aria-label="${escapeHtml(description)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<clipPath id="inside"><rect x="${frame.left}" y="${frame.top}" width="${n(frame.right - frame.left)}" height="${n(frame.bottom - frame.top)}"/></clipPath>` +
    `${right}${below}<g clip-path="url(#inside)">${column}<path class="band" d="${upper}${lower}Z"/>` +
    `<path class="f" d="${along(
      (i) => i / last,
      (i) => f[i],
      f.length,
    )}"/>` +
    `<path class="phi" d="${along(
      (i) => phi.x[i],
      (i) => phi.y[i],
      phi.x.length,
    )}"/></g>${titles}` +
    "</svg>"
  );
}

/** Round numbers between two ends, about `count` of them. */
export function ticksBetween(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * magnitude).find((k) => k >= raw) ?? 10 * magnitude;
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  // Multiples of the step, not sums of it, which would carry the rounding along.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
