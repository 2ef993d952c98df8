import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { shown } from "../../common/shown";
import { Hold } from "../method/hold";
import type { Method } from "../method/method";
import { copy, setVariable } from "../model/namedWeights";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { fitCodeBook, fromCentre } from "./codeBook";
import { joined, numbersOf, type QuantisedNumbers, roundToBooks } from "./quantiseNumbers";
import { booksOf, checkQuantiser, type Quantiser } from "./quantiser";

/** A method whose numbers are rounded at every step of its training. */
export type RoundedMethod = Method & {
  /** The numbers that the model holds now, as places in code books. */
  quantised(): QuantisedNumbers;
};

/**
 * The method with its numbers rounded, to be given to `fit` in its place: the model holds w(q(θ)) at all times. θ takes
 * the gradient at q(θ) as its own (straight-through: Bengio and others 2013), and the code books are trained with it: a
 * learnt level by the sum of the gradients of its numbers, the ends of a uniform book and the step of a centred one (Esser
 * and others 2020) likewise. With a centred book nothing pushes a θ further out that is beyond the outermost level
 * (Courbariaux and others 2016), from where it would find no way back. The books begin as they suit the θ that the method
 * has: train it first. For several methods at once, `combine` them before.
 * @throws TypeError for what is no method that this library made, and what is no quantiser; RangeError for one that is
 *   out of range.
 */
export function withRounding(method: Method, quantiser: Quantiser): RoundedMethod {
  checkQuantiser(quantiser);
  const { hold: inner } = method ?? {};
  if (!(inner instanceof Hold)) {
    throw new TypeError(
      `withRounding takes a method made of the model: withRounding(lora(model), { kind: "uniform", levels: 16 }); got ${shown(method)}.`,
    );
  }
  const tf = loadedTensorflow();
  const { parameters, carriers } = method;
  const first = parameters.map(copy);
  const groups = booksOf(quantiser, parameters.length);
  const variable = (values: Float32Array, shape: readonly number[]): Variable =>
    tf.tidy(() => tf.variable(tf.tensor(values, [...shape])));
  const own = first.map((values, i) => variable(values, parameters[i].shape));
  const books = groups.map((group) => {
    const numbers = fitCodeBook(quantiser, joined(group, first));
    return variable(numbers, [numbers.length]);
  });
  const quantised = () => roundToBooks(own.map(copy), quantiser, books.map(copy));
  /** Gives the method's own parameters the rounded numbers. */
  const round = (): QuantisedNumbers => {
    const now = quantised();
    for (const [i, values] of numbersOf(now).entries()) setVariable(tf, parameters[i], values);
    return now;
  };
  /** Gradients without those that push a number out which is beyond the outermost levels. */
  const keptInside = (gradients: readonly Tensor[]): Tensor[] => {
    const kept: Tensor[] = [];
    for (const [k, group] of groups.entries()) {
      const most = Math.abs(books[k].dataSync()[0]) * fromCentre(quantiser.levels, quantiser.levels - 1);
      for (const i of group) {
        kept[i] = tf.tidy(() => {
          // A step goes against the gradient.
          const out = tf.logicalAnd(
            tf.greater(tf.abs(own[i]), most),
            tf.less(tf.mul(own[i], gradients[i]), 0),
          );
          return tf.where(out, tf.zerosLike(gradients[i]), gradients[i]);
        });
        gradients[i].dispose();
      }
    }
    return kept;
  };
  const name = `rounded(${quantiser.kind} ${quantiser.levels}${quantiser.perLayer ? " per layer" : ""}, ${method.name})`;
  const hold = Hold.joined(name, [inner], () => {
    round();
    inner.parts.make();
  });
  const rounded: RoundedMethod = {
    name,
    parameters: [...own, ...books],
    carriers,
    ...(method.constants && { constants: method.constants }),
    ...(method.unfrozen && { unfrozen: method.unfrozen }),
    write: () => hold.write(),
    unload: () => hold.unload(),
    pullback: (gradients) => {
      const { symbols } = round();
      const result = method.pullback(gradients);
      const ofBooks = groups.map((group, k) => {
        const sums = new Float64Array(books[k].size);
        for (const i of group) addTo(sums, quantiser, symbols[i], result[i]);
        return tf.tensor1d(Float32Array.from(sums));
      });
      return [...(quantiser.kind === "centred" ? keptInside(result) : result), ...ofBooks];
    },
    dispose: () => {
      hold.release();
      method.dispose();
      for (const each of [...own, ...books]) each.dispose();
    },
    hold,
    quantised,
  };
  rounded.write();
  return rounded;
}

/**
 * Adds what one parameter's gradient gives to that of its book: ∂level/∂level = 1; level i of a uniform book is
 * (1 − t)·lowest + t·highest, t = i/(levels − 1), and that of a centred one (i − (levels − 1)/2)·step.
 */
function addTo(
  sums: Float64Array,
  { kind, levels }: Quantiser,
  symbols: Uint16Array,
  gradient: Tensor,
): void {
  const values = gradient.dataSync();
  for (let j = 0; j < symbols.length; j++) {
    if (kind === "learnt") sums[symbols[j]] += values[j];
    else if (kind === "centred") sums[0] += values[j] * fromCentre(levels, symbols[j]);
    else {
      const t = symbols[j] / (levels - 1);
      sums[0] += values[j] * (1 - t);
      sums[1] += values[j] * t;
    }
  }
}
