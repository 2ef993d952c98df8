/**
 * Cuts 0 … count into portions [from, to), at most `most` long and shorter where the last one took longer than so many
 * milliseconds, so that between two portions a clock can be looked at.
 */
export function* portions(
  count: number,
  most: number,
  milliseconds = 4,
): Generator<readonly [from: number, to: number], void> {
  let size = 1;
  for (let from = 0, to = 0; from < count; from = to) {
    to = Math.min(from + size, count);
    const start = performance.now();
    yield [from, to];
    const took = performance.now() - start;
    size =
      took > milliseconds ? Math.max(1, Math.floor((size * milliseconds) / took)) : Math.min(4 * size, most);
  }
}
