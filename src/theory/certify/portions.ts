/** The most boxes in a portion, by what is done with them: fewer where one box takes longer. */
export const BOXES = {
  compared: 65_536,
  halved: 8192,
  weighed: 4096,
  evaluated: 2048,
  laidOut: 1024,
} as const;

/** How long a portion may take, in milliseconds: other work waits no longer. */
const SHORT = 4;
/** The same where φ is evaluated: other threads help from 1,000 points on, and a shorter portion would have fewer. */
export const LONGER = 10;

/** A portion that took less time is followed by one that is this many times as long. */
const GROWTH = 4;

/**
 * Cuts 0 … count into portions [from, to), at most `most` long, and shorter after one that took longer than
 * `milliseconds`, so that the clock can be checked between two portions.
 */
export function* portions(
  count: number,
  most: number,
  milliseconds = SHORT,
): Generator<readonly [from: number, to: number], void> {
  let size = 1;
  for (let from = 0, to = 0; from < count; from = to) {
    to = Math.min(from + size, count);
    const start = performance.now();
    yield [from, to];
    const took = performance.now() - start;
    size =
      took > milliseconds
        ? Math.max(1, Math.floor((size * milliseconds) / took))
        : Math.min(GROWTH * size, most);
  }
}
