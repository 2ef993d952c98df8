import type { Grid } from "../../src/theory/grid/grid";
import type { BuiltNetwork } from "./builtNetwork";

/**
 * The points at which the network's graph turns: the corners of a polygon, or the ends of every step, and some in the strip
 * that follows it if that can be seen.
 */
export function polyline({ K, delta }: Grid, kind: BuiltNetwork["kind"]): Float64Array {
  if (kind === "corner") return Float64Array.from({ length: K + 1 }, (_, k) => k / K);
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
