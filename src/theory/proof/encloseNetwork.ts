import { add, compare, multiply, subtract } from "../exact/arithmetic";
import { type Dyadic, ONE, ZERO } from "../exact/dyadic";
import type { Layer } from "../relu/layer";
import type { ReluNetwork } from "../relu/reluNetwork";

/** A box [from₁, to₁] × … × [from_d, to_d]. */
export type InputBox = readonly (readonly [from: Dyadic, to: Dyadic])[];

/** Π_i (to_i − from_i). */
export const volumeOf = (box: InputBox): Dyadic =>
  box.reduce((product, [from, to]) => multiply(product, subtract(to, from)), ONE);

/** low ≤ value ≤ high. */
export type Interval = { readonly low: Dyadic; readonly high: Dyadic };

/** For every x of the box the value lies in Σ_i slope_i·x_i + [low, high]; no slope at all where it is constant. */
type Form = Interval & { readonly slope: readonly Dyadic[] };

/** The least and largest value of a form on a box. */
function range({ slope, low, high }: Form, box: InputBox): Interval {
  let [least, most] = [low, high];
  slope.forEach((a, i) => {
    const [from, to] = a.m < 0n ? [box[i][1], box[i][0]] : box[i];
    least = add(least, multiply(a, from));
    most = add(most, multiply(a, to));
  });
  return { low: least, high: most };
}

/** σ of a form: itself where it is never negative, 0 where it is never positive, else the narrower of two bands. */
function rectified(form: Form, box: InputBox): Form {
  const { low: least, high: most } = range(form, box);
  if (least.m >= 0n) return form;
  if (most.m <= 0n) return { slope: [], low: ZERO, high: ZERO };
  // 0 ≤ σ(z) ≤ most, and z ≤ σ(z) ≤ z − least.
  return compare(add(most, least), ZERO) <= 0
    ? { slope: [], low: ZERO, high: most }
    : { slope: form.slope, low: form.low, high: subtract(form.high, least) };
}

function applied(layer: Layer, forms: readonly Form[], box: InputBox): Form[] {
  const sums = Array.from({ length: layer.width }, () => ({ slope: [] as Dyadic[], low: ZERO, high: ZERO }));
  for (const { row, column, value } of layer.weights) {
    const sum = sums[row];
    const { slope, low, high } = forms[column];
    slope.forEach((a, i) => {
      sum.slope[i] = add(sum.slope[i] ?? ZERO, multiply(value, a));
    });
    const [down, up] = value.m < 0n ? [high, low] : [low, high];
    sum.low = add(sum.low, multiply(value, down));
    sum.high = add(sum.high, multiply(value, up));
  }
  for (const { row, value } of layer.biases) {
    sums[row].low = add(sums[row].low, value);
    sums[row].high = add(sums[row].high, value);
  }
  return layer.activation === "relu" ? sums.map((sum) => rectified(sum, box)) : sums;
}

/**
 * An interval that holds network(x) for every x of the box, in exact arithmetic: each neuron is enclosed
 * by an affine function of x and a remainder, and a σ whose sign is the same in all of the box adds nothing to it. At
 * a single point the interval is the value [known as affine arithmetic, or DeepPoly's bounds].
 */
export function encloseNetwork(network: ReluNetwork, box: InputBox): Interval {
  let forms: Form[] = box.map((_, i) => ({
    slope: box.map((__, j) => ({ m: i === j ? 1n : 0n, e: 0 })),
    low: ZERO,
    high: ZERO,
  }));
  for (const layer of network.layers) forms = applied(layer, forms, box);
  return range(forms[0], box);
}
