import { bitLength } from "../exact/bitLength";
import { bitsOf, both, type Extent, NOTHING } from "./extent";
import { flatLayer } from "./flatLayer";
import type { Layer } from "./layer";
import { MAX_LAYER_BITS, MAX_VALUE_BITS } from "./limits";
import type { Vector } from "./vector";

/** Where the digits of a vector's numbers stand. */
function measure(x: Vector): Extent {
  let { low, high } = NOTHING;
  x.sign.forEach((sign, i) => {
    if (sign === 0) return;
    const e = x.exponent[i];
    low = Math.min(low, e);
    high = Math.max(high, e + bitLength(x.magnitude[i]));
  });
  return { low, high };
}

/**
 * A guard that is called before every step of an evaluation. It bounds the digits from layer to layer as if nothing
 * cancelled, and measures the numbers themselves only where that bound is too large.
 * @throws RangeError naming the layer if its values may have more than 2^28 binary digits, or 2^33 together.
 */
export function createSizeGuard(): (layer: Layer, x: Vector, index: number) => void {
  let known: Extent | undefined;
  return (layer, x, index) => {
    const { weighs, shifts, carries } = flatLayer(layer);
    const after = (extent: Extent): Extent => {
      const { low, high } = both({ low: extent.low + weighs.low, high: extent.high + weighs.high }, shifts);
      return { low, high: high + carries };
    };
    const fits = (bits: number) => bits <= MAX_VALUE_BITS && bits * layer.width <= MAX_LAYER_BITS;
    let next = after(known ?? measure(x));
    if (!fits(bitsOf(next))) next = after(measure(x));
    if (!fits(bitsOf(next)))
      throw new RangeError(
        `Layer ${index}: ${layer.width} exact values of up to ${bitsOf(next)} binary digits are more than fit in memory (${MAX_VALUE_BITS} digits each, ${MAX_LAYER_BITS} together); the exponents in the layers up to here are too far apart.`,
      );
    known = next;
  };
}
