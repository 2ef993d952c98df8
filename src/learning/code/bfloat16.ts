import { shown } from "../../common/shown";

const view = new DataView(new ArrayBuffer(4));

/** The smallest normal number of float32 and bfloat16; what is below is 0 here, as TensorFlow flushes it. */
const SMALLEST = 2 ** -126;

/**
 * The 16 bits of the bfloat16 number nearest to x (the upper half of a float32: sign, 8 of the exponent, 7 of the
 * fraction), ties to even.
 * @throws RangeError where that would not be finite.
 */
export function bfloat16(x: number): number {
  const number = Math.fround(x);
  if (Math.abs(number) < SMALLEST) return 0;
  view.setFloat32(0, number);
  const bits = view.getUint32(0);
  const rounded = bits + 0x7fff + ((bits >>> 16) & 1);
  if (!Number.isFinite(number) || (rounded & 0x7f800000) === 0x7f800000)
    throw new RangeError(`A number of a code book must be finite; got ${shown(x)}: lower the learning rate.`);
  return rounded >>> 16;
}

/** The number that 16 bits stand for. */
export function fromBfloat16(bits: number): number {
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
