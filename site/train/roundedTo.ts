/** Each number as the nearest of 2^bits values that lie evenly between −a and a, where a is the largest of them [notebook 09]. */
export function roundedTo(values: Float32Array, bits: number): Float32Array {
  const a = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = (2 * a) / 2 ** bits;
  if (step === 0) return values;
  return values.map((value) => (Math.min(2 ** bits - 1, Math.floor((value + a) / step)) + 0.5) * step - a);
}
