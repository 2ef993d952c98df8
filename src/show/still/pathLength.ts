export type Point = {
  x: number;
  y: number;
};

const piecesPerCurve = 16;

/** The polyline of an SVG path: its corners, with curves cut into short pieces and arcs replaced by their chords. */
export function pathPoints(d: string): Point[] {
  const points: Point[] = [];
  let at: Point = { x: 0, y: 0 };
  let start = at;
  const go = (point: Point) => {
    points.push(point);
    at = point;
  };
  for (const [, letter, list] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const numbers = [...list.matchAll(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi)].map(Number);
    const command = letter.toUpperCase();
    const relative = letter !== command;
    const size = { M: 2, L: 2, T: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, A: 7, Z: 0 }[command];
    if (size === undefined) throw new Error(`Unknown path command ${letter}.`);
    if (size === 0) go(start);
    for (let i = 0; size > 0 && i + size <= numbers.length; i += size) {
      const origin = relative ? at : { x: 0, y: 0 };
      const args = numbers.slice(i, i + size);
      if (command === "H") go({ x: args[0] + origin.x, y: at.y });
      else if (command === "V") go({ x: at.x, y: args[0] + origin.y });
      else {
        const controls: Point[] = [at];
        for (let j = command === "A" ? 5 : 0; j < size; j += 2) {
          controls.push({ x: args[j] + origin.x, y: args[j + 1] + origin.y });
        }
        if (controls.length === 2) go(controls[1]);
        else for (let k = 1; k <= piecesPerCurve; k++) go(bezier(controls, k / piecesPerCurve));
      }
      if (command === "M" && i === 0) start = at;
    }
  }
  return points;
}

export function pathLength(points: readonly Point[]): number {
  return points.reduce((sum, point, i) => sum + (i === 0 ? 0 : distance(points[i - 1], point)), 0);
}

/** The point at `length` along a polyline; one of its ends for lengths outside. */
export function pointAtLength(points: readonly Point[], length: number): Point {
  let rest = Math.max(0, length);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const step = distance(a, b);
    if (rest <= step && step > 0)
      return { x: a.x + ((b.x - a.x) * rest) / step, y: a.y + ((b.y - a.y) * rest) / step };
    rest -= step;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** De Casteljau's scheme. */
function bezier(controls: readonly Point[], t: number): Point {
  let row = controls;
  while (row.length > 1) {
    row = row.slice(1).map((b, i) => ({ x: row[i].x * (1 - t) + b.x * t, y: row[i].y * (1 - t) + b.y * t }));
  }
  return row[0];
}
