/** Boxes in a portion at most, by what is done with them: fewer where one box takes longer. */
export const BOXES = {
  compared: 65_536,
  halved: 8192,
  weighed: 4096,
  evaluated: 2048,
  laidOut: 1024,
} as const;

/** What a portion takes, in milliseconds: others wait no longer. */
const SHORT = 4;
/** And where φ is evaluated: from 1,000 points on other threads help, and a short portion would be too few for them. */
export const LONGER = 10;

/** A portion that was short is followed by one of so many times as many. */
const GROWTH = 4;

/**
 * Cuts 0 … count into portions [from, to), at most `most` long and shorter where the last one took longer than so many
 * milliseconds, so that between two portions a clock can be looked at.
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
