import { escapeHtml } from "./escapeHtml";

const width = 250;
const height = 74;
const margin = 4;

/**
 * A small curve without script: its name and range as text, its line as inline SVG. The SVG holds no text: JupyterLab
 * removes SVG from notebooks that their reader has not run, and would leave its words behind in a heap.
 */
export function curve(name: string, points: readonly (readonly [x: number, y: number])[]): string {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const x = scale(xs, margin, width - margin);
  const y = scale(ys, height - margin, margin);
  const line = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(" ");
  const range = points.length > 0 ? `: ${short(Math.min(...ys))} … ${short(Math.max(...ys))}` : "";
  return (
    `<div style="display:inline-block;margin:4px 16px 0 0">` +
    `<div style="font-size:85%">${escapeHtml(name)}${range}</div>` +
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `fill="none" role="img" aria-label="${escapeHtml(name)}">` +
    `<path d="M1,0V${height - 1}H${width}" stroke="currentColor" stroke-opacity="0.3"/>` +
    `<polyline points="${line}" stroke="#0072B2" stroke-width="1.5"/></svg></div>`
  );
}

/** A number in at most four significant digits. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return () => (from + to) / 2;
  return (value) => from + ((to - from) * (value - low)) / (high - low);
}
