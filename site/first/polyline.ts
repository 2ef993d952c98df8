import type { Grid } from "../../src/theory/grid/grid";

/** The points at which a staircase turns: the ends of every cube, and some in its strip if that can be seen. */
export function polyline({ K, delta }: Grid): Float64Array {
  const x: number[] = [];
  const inside = delta > 1 / 2000 ? 12 : 0;
  for (let k = 0; k < K; k++) {
    x.push(k / K);
    if (k === K - 1) break;
    x.push((k + 1) / K - delta);
    for (let i = 1; i < inside; i++) x.push((k + 1) / K - delta * (1 - i / inside));
  }
  return Float64Array.from([...x, 1]);
}
