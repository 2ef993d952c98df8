import { shown } from "./shown";

/** The largest seed: 32 bits. */
export const LARGEST_SEED = 2 ** 32 - 1;

/** @throws RangeError naming the first of the values that is no seed. */
export function checkSeeds(seeds: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(seeds)) {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_SEED) {
      throw new RangeError(`${name} must be a whole number from 0 to 2^32 − 1; got ${shown(value)}.`);
    }
  }
}
