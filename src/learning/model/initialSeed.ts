import { checkSeeds } from "../../common/checkSeeds";

/** How many layers keep the seeds of earlier versions: seed·100 + 1 … seed·100 + 100. */
const EARLIER_LAYERS = 100;
const MOST_LAYERS = 2 ** 20;

/**
 * The seed of one layer's initial weights, different for each (seed, layer), and never 0, which means "no seed" to
 * TensorFlow.js.
 * @throws RangeError for what is no seed, and for more than 2^20 layers.
 */
export function initialSeed(seed: number, layer: number): number {
  checkSeeds({ seed });
  if (layer >= MOST_LAYERS) throw new RangeError(`Expected at most 2^20 layers; got ${layer + 1}.`);
  // By the first formula, layers beyond a hundred would have the seeds of the first layers at seed + 1.
  return layer < EARLIER_LAYERS ? seed * EARLIER_LAYERS + layer + 1 : -(seed * MOST_LAYERS + layer);
}
