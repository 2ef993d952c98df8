import { add, multiply } from "../exact/arithmetic";
import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";
import { type Bias, checkLayer, type Layer, type Weight } from "./layer";
import { type ReluNetwork, reluNetwork } from "./reluNetwork";

/** Σ weight·z + bias over the neurons z of the layer that was laid last. */
export type Combination = {
  readonly terms: readonly (readonly [neuron: number, weight: Dyadic])[];
  readonly bias: Dyadic;
};

const neuron = (index: number): Combination => ({ terms: [[index, ONE]], bias: ZERO });

const toDyadic = (x: Dyadic | number) => (typeof x === "number" ? dyadic(BigInt(x)) : x);

/** Σ factor·combination + bias; terms of one neuron are added up. Numbers are integers. */
export function weigh(
  parts: readonly (readonly [combination: Combination, factor: Dyadic | number])[],
  bias: Dyadic | number = ZERO,
): Combination {
  const weights = new Map<number, Dyadic>();
  let sum = toDyadic(bias);
  for (const [combination, factor] of parts) {
    const by = toDyadic(factor);
    for (const [index, weight] of combination.terms) {
      const known = weights.get(index);
      const more = multiply(by, weight);
      weights.set(index, known === undefined ? more : add(known, more));
    }
    sum = add(sum, multiply(by, combination.bias));
  }
  return { terms: [...weights].sort(([i], [j]) => i - j), bias: sum };
}

/** A network that is made layer by layer, each from combinations of the neurons of the one before. */
export type Layering = {
  /** The network's inputs. */
  readonly inputs: readonly Combination[];
  /** Adds a layer of neurons σ(combination), and gives them in the same order. */
  readonly lay: (combinations: readonly Combination[]) => readonly Combination[];
  /** The network, with the combinations as its outputs. */
  readonly end: (outputs: readonly Combination[]) => ReluNetwork;
};

/** Begins a network of so many inputs. */
export function layering(inputs: number): Layering {
  const layers: Layer[] = [];
  let width = inputs;
  const add = (combinations: readonly Combination[], activation: "relu" | "identity") => {
    const weights: Weight[] = [];
    const biases: Bias[] = [];
    combinations.forEach(({ terms, bias }, row) => {
      for (const [column, value] of terms) if (value.m !== 0n) weights.push({ row, column, value });
      if (bias.m !== 0n) biases.push({ row, value: bias });
    });
    layers.push(checkLayer({ inputs: width, width: combinations.length, activation, weights, biases }));
    width = combinations.length;
  };
  return {
    inputs: Array.from({ length: inputs }, (_, i) => neuron(i)),
    lay: (combinations) => {
      add(combinations, "relu");
      return combinations.map((_, i) => neuron(i));
    },
    end: (outputs) => {
      add(outputs, "identity");
      return reluNetwork(layers);
    },
  };
}
