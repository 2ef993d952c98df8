/** The rank-th largest of the values, 1 ≤ rank ≤ their number; reorders them (Hoare's quickselect). */
function nthLargest(values: Float64Array, rank: number): number {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let [i, j] = [from, to];
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i <= j) {
        const value = values[i];
        values[i++] = values[j];
        values[j--] = value;
      }
    }
    if (rank - 1 <= j) to = j;
    else if (rank - 1 >= i) from = i;
    else break;
  }
  return values[rank - 1];
}

/** The candidates c with the largest size[c], at most `room` of them, in their order. */
export function largest(candidates: readonly number[], size: Float64Array, room: number): readonly number[] {
  if (candidates.length <= room) return candidates;
  const sizes = new Float64Array(candidates.length);
  candidates.forEach((c, i) => {
    sizes[i] = size[c];
  });
  const least = nthLargest(sizes, room);
  let ties = room;
  for (const c of candidates) if (size[c] > least) ties--;
  return candidates.filter((c) => size[c] > least || (size[c] === least && ties-- > 0));
}
