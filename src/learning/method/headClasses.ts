import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { list, whole } from "../../common/jsonCheck";
import { shown } from "../../common/shown";
import { headOf } from "../model/headOf";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";
import { fromParts, type Method, type Part } from "./method";
import { type MethodDefinition, type OptionsOf, required } from "./methodDefinition";
import { variablesOf } from "./trainOnly";

/** The classes whose part of the head is trained, and how many of the head's classes are told apart, the first ones. */
export type HeadClassesOptions = { classes: readonly number[]; of: number };

const OPTIONS = {
  classes: required(list(whole(0))),
  of: required(whole(2)),
} satisfies OptionsOf<HeadClassesOptions>;

/** A bias by which an output never wins: float32's logits are far above it. */
const SILENT = -1e9;

/**
 * Trains the weights and biases of some classes in the last dense layer: a network that knows the classes 0–4 learns 5–9
 * with half a head, since what it knows of the others stays. Outputs from `of` on, those of a task that the backbone was
 * trained on, say, get a bias of −10⁹, so that they are never predicted. All layers are frozen in its training. Ours.
 * @throws RangeError for classes that are not among the first `of`, or given twice, and more of them than outputs; Error
 *   for a model without a dense layer with biases.
 */
export function headClasses(model: LayersModel, options: HeadClassesOptions): Method {
  checkKeys("headClasses", options, OPTIONS);
  const { classes, of } = options;
  const carriers = variablesOf(headOf(model)?.weights ?? []);
  const [kernel, bias] = carriers;
  if (!bias)
    throw new Error("The model has no dense layer with biases that could be its head: take another method.");
  const outputs = kernel.shape[1] as number;
  if (!Number.isInteger(of) || of < 2 || of > outputs)
    throw new RangeError(
      `of must be a whole number from 2 to ${outputs}, the head's outputs; got ${shown(of)}.`,
    );
  if (!Array.isArray(classes) || classes.length === 0 || new Set(classes).size < classes.length)
    throw new RangeError(`classes must be a list of different classes; got ${shown(classes)}.`);
  const wrong = classes.find((each) => !Number.isInteger(each) || each < 0 || each >= of);
  if (wrong !== undefined)
    throw new RangeError(`classes must be some of 0 … ${of - 1}; got ${shown(wrong)}.`);
  Hold.refuseHeld("headClasses", carriers);
  const tf = loadedTensorflow();
  const parts = carriers.map(partOf);
  return fromParts(`head-classes(${classes.length} of ${of})`, model, parts);

  /** Outputs come last in kernels and biases alike: w picks each from base or from the values. */
  function partOf(carrier: Variable): Part {
    const where = tf.tensor1d([...classes], "int32");
    const values = tf.tidy(() => tf.variable(tf.gather(carrier, where, carrier.rank - 1)));
    const base = tf.tidy(() => {
      const place = tf.range(0, outputs, 1, "int32");
      return carrier === kernel
        ? carrier.clone()
        : tf.where(tf.less(place, of), carrier, tf.fill([outputs], SILENT));
    });
    // For each output its place among base's outputs and the trained ones behind them.
    const source = Int32Array.from({ length: outputs }, (_, i) => {
      const own = classes.indexOf(i);
      return own < 0 ? i : outputs + own;
    });
    const order = tf.tensor1d(source, "int32");
    return {
      carrier,
      parameters: [values],
      constants: [where, base, order],
      weights: () => tf.gather(tf.concat([base, values], carrier.rank - 1), order, carrier.rank - 1),
      pullback: (gradient: Tensor) => [tf.gather(gradient, where, carrier.rank - 1)],
    };
  }
}

/** headClasses in an experiment. */
export const headClassesMethod: MethodDefinition<"head-classes", HeadClassesOptions, typeof OPTIONS> = {
  name: "head-classes",
  options: OPTIONS,
  make: headClasses,
};
