import { bfloat16, fromBfloat16 } from "./bfloat16";
import type { Quantiser } from "./quantiser";

type Kind = Pick<Quantiser, "kind" | "levels">;

/** z of a uniform book has 16 bits, with its sign. */
const [LEAST, MOST] = [-(2 ** 15), 2 ** 15 - 1];
/** Rounds of Lloyd's algorithm: on a line it is near its end after a few. */
const ROUNDS = 30;
/** Steps that are tried for levels around 0. */
const STEPS = 100;

/** How many numbers of 16 bits a code book has. */
export const bookSize = ({ kind, levels }: Kind): number =>
  kind === "learnt" ? levels : kind === "uniform" ? 2 : 1;

/**
 * The 16-bit words of a code book from its numbers: the learnt levels as bfloat16; or, from the lowest and the highest
 * level, step as bfloat16 and z = round(lowest/step), so that every level (z + i)·step is exact before it is rounded to
 * float32; or the step of levels around 0 as bfloat16.
 */
export function bookWords({ kind, levels }: Kind, numbers: ArrayLike<number>): Uint16Array {
  if (kind !== "uniform") return Uint16Array.from(numbers, bfloat16);
  const [lowest, highest] = [numbers[0], numbers[1]];
  const step = bfloat16((highest - lowest) / (levels - 1));
  const z = step === 0 ? 0 : Math.round(lowest / fromBfloat16(step));
  return Uint16Array.of(step, Math.max(LEAST, Math.min(MOST, z)));
}

/** The levels, as float32, that the words of a code book stand for. */
export function levelsOf({ kind, levels }: Kind, words: ArrayLike<number>): Float32Array {
  if (kind === "learnt") return Float32Array.from(words, fromBfloat16);
  if (kind === "centred") {
    const step = fromBfloat16(words[0]);
    return Float32Array.from({ length: levels }, (_, i) => fromCentre(levels, i) * step);
  }
  const { step, z } = uniformBook(words);
  return Float32Array.from({ length: levels }, (_, i) => (z + i) * step);
}

/** How many steps a level is from 0. */
export const fromCentre = (levels: number, i: number): number => i - (levels - 1) / 2;

/** step and z of a uniform book. */
export function uniformBook(words: ArrayLike<number>): { step: number; z: number } {
  return { step: fromBfloat16(words[0]), z: (words[1] << 16) >> 16 };
}

/**
 * Numbers of a code book that suits `values`: for "uniform" the lowest and the highest level, at the smallest and the
 * largest value; for "learnt" the levels of Lloyd's algorithm, begun at quantiles; for "centred" the step among hundredths
 * of the largest one that leaves the smallest sum of squares.
 */
export function fitCodeBook({ kind, levels }: Kind, values: Float32Array): Float32Array {
  const sorted = Float32Array.from(values).sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if (kind === "uniform") {
    // z has 16 bits: values that are close together far from 0 get coarser steps.
    const finest = Math.max(Math.abs(least), Math.abs(most)) / (MOST - levels);
    // Where all values are one, that one is a level.
    const step = most > least ? Math.max((most - least) / (levels - 1), finest) : Math.abs(least) || 1;
    return Float32Array.of(least, least + step * (levels - 1));
  }
  if (kind === "centred") return Float32Array.of(centredStep(levels, sorted));
  let centres = Float32Array.from(
    { length: levels },
    (_, i) => sorted[Math.floor(((i + 0.5) / levels) * sorted.length)],
  );
  for (let round = 0; round < ROUNDS; round++) {
    const [sums, counts] = [new Float64Array(levels), new Float64Array(levels)];
    const nearest = nearestLevels(centres, sorted);
    for (let i = 0; i < sorted.length; i++) {
      sums[nearest[i]] += sorted[i];
      counts[nearest[i]]++;
    }
    centres = centres.map((centre, i) => (counts[i] > 0 ? sums[i] / counts[i] : centre));
  }
  return centres;
}

function centredStep(levels: number, sorted: Float32Array): number {
  const widest = (2 * Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]))) / (levels - 1);
  if (widest === 0) return 1;
  let best = { step: widest, squares: Number.POSITIVE_INFINITY };
  for (let part = 1; part <= STEPS; part++) {
    const step = (widest * part) / STEPS;
    const centres = Float32Array.from({ length: levels }, (_, i) => fromCentre(levels, i) * step);
    const nearest = nearestLevels(centres, sorted);
    const squares = sorted.reduce((sum, value, i) => sum + (value - centres[nearest[i]]) ** 2, 0);
    if (squares < best.squares) best = { step, squares };
  }
  return best.step;
}

/** For each value the place of the nearest level, the smaller level and the first place of equals. */
export function nearestLevels(levels: Float32Array, values: ArrayLike<number>): Uint16Array {
  const order = Uint16Array.from(levels.keys()).sort((a, b) => levels[a] - levels[b] || a - b);
  return Uint16Array.from(values, (value) => {
    let [from, to] = [0, order.length - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (levels[order[middle]] + levels[order[middle + 1]] >= 2 * value) to = middle;
      else from = middle + 1;
    }
    // Of equal levels the first.
    while (from > 0 && levels[order[from - 1]] === levels[order[from]]) from--;
    return order[from];
  });
}
