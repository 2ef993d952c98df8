import fc from "fast-check";
import {
  add,
  type Dyadic,
  dyadic,
  type Layer,
  layer,
  multiply,
  type ReluNetwork,
  relu,
  reluNetwork,
} from "../../../src/theory";
import { ZERO } from "../../../src/theory/exact/dyadic";

export const smallDyadic: fc.Arbitrary<Dyadic> = fc
  .tuple(fc.bigInt({ min: -9n, max: 9n }), fc.integer({ min: -4, max: 3 }))
  .map(([m, e]) => dyadic(m, e));

const anyLayer = (inputs: number, width: number, last: boolean): fc.Arbitrary<Layer> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(width - 1), fc.nat(inputs - 1), smallDyadic), { maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(width - 1), smallDyadic), { maxLength: 5 }),
    )
    .map(([weights, biases]) =>
      layer({
        inputs,
        width,
        activation: last ? "identity" : "relu",
        weights: [...new Map(weights.map((w) => [`${w[0]} ${w[1]}`, w])).values()],
        biases: [...new Map(biases.map((b) => [b[0], b])).values()],
      }),
    );

/** Networks of one to four layers with few, small entries of both signs. */
export const anyNetwork = (input: number, output?: number, depth?: number): fc.Arbitrary<ReluNetwork> =>
  fc
    .array(
      fc.integer({ min: 1, max: 4 }),
      depth === undefined ? { minLength: 1, maxLength: 4 } : { minLength: depth, maxLength: depth },
    )
    .chain((widths) => {
      const sizes = [input, ...widths.slice(0, -1), output ?? widths.at(-1)!];
      return fc.tuple(
        ...sizes.slice(1).map((width, i) => anyLayer(sizes[i]!, width, i === sizes.length - 2)),
      );
    })
    .map((layers) => reluNetwork(layers));

export const anyPoint = (dimension: number) =>
  fc.array(smallDyadic, { minLength: dimension, maxLength: dimension });

/** σ(W x + c) by the definition, entry by entry. */
export function evaluateByDefinition(network: ReluNetwork, point: readonly Dyadic[]): Dyadic[] {
  return network.layers.reduce<readonly Dyadic[]>((x, { width, weights, biases, activation }) => {
    const sums = new Array<Dyadic>(width).fill(ZERO);
    for (const { row, value } of biases) sums[row] = add(sums[row]!, value);
    for (const { row, column, value } of weights) sums[row] = add(sums[row]!, multiply(value, x[column]!));
    return activation === "relu" ? sums.map(relu) : sums;
  }, point) as Dyadic[];
}
