import { escapeHtml } from "./escapeHtml";

const width = 260;
const height = 90;
const margin = { left: 44, right: 6, top: 16, bottom: 6 };

/** A small curve as inline SVG without script: its name, its range and a line. */
export function curve(name: string, points: readonly (readonly [x: number, y: number])[]): string {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const x = scale(xs, margin.left, width - margin.right);
  const y = scale(ys, height - margin.bottom, margin.top);
  const line = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(" ");
  const mark = (value: number) =>
    `<text x="${margin.left - 4}" y="${(y(value) + 3).toFixed(1)}" text-anchor="end">${short(value)}</text>`;
  const marks = points.length > 0 ? [...new Set([Math.min(...ys), Math.max(...ys)])].map(mark).join("") : "";
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="10" fill="currentColor" role="img" aria-label="${escapeHtml(name)}">` +
    `<text x="${margin.left}" y="10">${escapeHtml(name)}</text>${marks}` +
    `<path d="M${margin.left},${margin.top}V${height - margin.bottom}H${width - margin.right}" fill="none" stroke="currentColor" stroke-opacity="0.3"/>` +
    `<polyline points="${line}" fill="none" stroke="#1f77b4" stroke-width="1.5"/></svg>`
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
