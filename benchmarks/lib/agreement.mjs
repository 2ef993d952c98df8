/**
 * How far two lists of numbers are apart, tensor by tensor: the largest difference over the largest of
 * `reference` in that tensor. Where a tensor is all but zero (the gradient of a bias that BatchNorm takes away
 * again), over a thousandth of the largest number of all.
 * @param {Float32Array} values
 * @param {Float32Array} reference
 * @param {readonly number[]} [sizes] of the tensors, one after the other
 */
export function difference(values, reference, sizes = [reference.length]) {
  if (values.length !== reference.length || sizes.reduce((a, b) => a + b, 0) !== values.length)
    throw new Error(`${values.length} numbers here, ${reference.length} there, ${sizes} in the tensors.`);
  const largest = (numbers) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const least = largest(reference) / 1000;
  let worst = 0;
  let from = 0;
  for (const size of sizes) {
    const theirs = reference.subarray(from, from + size);
    const apart = largest(values.subarray(from, from + size).map((x, i) => x - theirs[i]));
    // No number compares with NaN, which then counts as disagreement.
    worst = Math.max(worst, apart / Math.max(largest(theirs), least));
    from += size;
  }
  return worst;
}
