/** How many boxes the next portion of some work has; kept from round to round, it makes few portions of small rounds. */
export type Pace = { size: number };

/** The first portion of work that calls neither f nor φ: a few microseconds. */
const FEW = 128;

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

/** Portions with a pace that is kept. */
function* pacedPortions(
  count: number,
  most: number,
  milliseconds: number,
  pace: Pace,
): Generator<readonly [from: number, to: number], void> {
  for (let from = 0, to = 0; from < count; from = to) {
    to = Math.min(from + Math.min(pace.size, most), count);
    const start = performance.now();
    yield [from, to];
    const took = performance.now() - start;
    const done = to - from;
    if (took > milliseconds) pace.size = Math.max(1, Math.floor((done * milliseconds) / took));
    else if (done === pace.size) pace.size = Math.min(GROWTH * done, most);
  }
}

/**
 * Cuts 0 … count into portions [from, to), at most `most` long, and shorter after one that took longer than
 * `milliseconds`, so that the clock can be checked between two portions.
 */
export function portions(
  count: number,
  most: number,
  milliseconds = SHORT,
  pace?: Pace,
): Iterable<readonly [from: number, to: number]> {
  if (count === 0) return [];
  // Certificates of a few dozen boxes spend more time on such a generator than on the boxes.
  if (pace === undefined && count <= Math.min(FEW, most)) return [[0, count]];
  return pacedPortions(count, most, milliseconds, pace ?? { size: FEW });
}

/** The pace of work that calls f or φ: one call may take long. */
export const carefulPace = (): Pace => ({ size: 1 });
