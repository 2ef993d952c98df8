import { shown } from "../../common/shown";
import { toNumber } from "../exact/toNumber";
import type { Layer } from "./layer";
import { checkNetwork, type ReluNetwork } from "./reluNetwork";

/**
 * network(point) in ordinary floating point, layer by layer: weights, products and sums are rounded to 24 (float32)
 * or 53 bits (float64). The theorems' networks need far more bits; this shows where they break.
 * @throws RangeError for another precision, a point of the wrong length or a coordinate that is not a finite number.
 */
export function evaluateInFloats(
  network: ReluNetwork,
  point: ArrayLike<number>,
  precision: "float32" | "float64",
): number[] {
  checkNetwork(network);
  if (precision !== "float32" && precision !== "float64")
    throw new RangeError(`precision must be "float32" or "float64"; got ${shown(precision)}.`);
  if (point === null || typeof point !== "object" || point.length !== network.input)
    throw new RangeError(`The network takes a point of ${network.input} coordinates; got ${shown(point)}.`);
  const round = precision === "float32" ? Math.fround : (x: number) => x;
  let x = Array.from(point, (coordinate, i) => {
    if (typeof coordinate !== "number" || !Number.isFinite(coordinate))
      throw new RangeError(`Coordinate ${i} must be a finite number; got ${shown(coordinate)}.`);
    return round(coordinate);
  });
  // Deep networks repeat one layer object: its entries are rounded once.
  const known = new Map<Layer, { weights: number[]; biases: number[] }>();
  for (const layer of network.layers) {
    let floats = known.get(layer);
    if (floats === undefined) {
      const read = (entries: readonly { readonly value: Parameters<typeof toNumber>[0] }[]) =>
        entries.map(({ value }) => round(toNumber(value)));
      floats = { weights: read(layer.weights), biases: read(layer.biases) };
      known.set(layer, floats);
    }
    const sums = new Array<number>(layer.width).fill(0);
    const { weights, biases } = floats;
    layer.weights.forEach(({ row, column }, i) => {
      sums[row] = round(sums[row] + round(weights[i] * x[column]));
    });
    layer.biases.forEach(({ row }, i) => {
      sums[row] = round(sums[row] + biases[i]);
    });
    x = layer.activation === "relu" ? sums.map((sum) => Math.max(sum, 0)) : sums;
  }
  return x;
}
