/** What f does wrong with its point, seen when it is called once more. */
type Seen = { beyond?: number; named?: string; whole?: true };

/** The point as f gets it; `seen` notes what f reads of it that is not there. */
function watched(point: Float64Array, seen: Seen): Float64Array {
  const d = point.length;
  // Destructuring to [x, y] stops after two; for … of and spreading go on to the end, however long it is.
  function* coordinates() {
    let taken = 0;
    let stopped = true;
    try {
      while (taken < d + 8) {
        taken++;
        yield taken <= d ? point[taken - 1] : Number.NaN;
      }
      stopped = false;
    } finally {
      if (stopped && taken > d) seen.beyond ??= taken - 1;
    }
  }
  return new Proxy(point, {
    get(_, key) {
      if (key === Symbol.iterator) return coordinates;
      if (key === Symbol.toPrimitive) seen.whole = true;
      else if (typeof key === "string" && /^\d+$/.test(key) && Number(key) >= d) seen.beyond ??= Number(key);
      else if (typeof key === "string" && !(key in point)) seen.named ??= key;
      const value: unknown = Reflect.get(point, key);
      return typeof value === "function" ? value.bind(point) : value;
    },
  });
}

/**
 * Why a beginner's f may give no number at a point, and what to write instead; "" if no reason is found. f is called
 * once more for this.
 */
export function explain(fn: (x: Float64Array) => number, point: Float64Array): string {
  const d = point.length;
  const all = d === 1 ? "x[0] is all there is" : `the last one is x[${d - 1}]`;
  const seen: Seen = {};
  if (fn.length > 1)
    return `; f takes ${fn.length} arguments, but is given one array: write (x) => … with x[0], x[1], or ([x, y]) => …`;
  try {
    fn(watched(point, seen));
  } catch {
    // f threw this before, or throws it because it is watched. In both cases it is known what f read.
  }
  if (seen.beyond !== undefined)
    return `; f reads x[${seen.beyond}], but its dimension is ${d}, where ${all}: read that, or say dimension: ${seen.beyond + 1}`;
  if (seen.named !== undefined)
    return `; f reads x.${seen.named}, but x is an array of coordinates: write ${d === 1 ? "x[0]" : "x[0], x[1], …"}`;
  if (seen.whole)
    return `; f computes with x itself, an array of ${d === 1 ? "one coordinate" : `${d} coordinates`}: write x[0] for the first`;
  return "";
}
