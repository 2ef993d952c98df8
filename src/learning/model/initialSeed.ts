import { shown } from "../../common/shown";
/**
 * The seed of one layer's initial weights, another one for every other (seed, layer), and never 0, which means "no
 * seed" to TensorFlow.js.
 * @throws RangeError for seeds above 2^32 − 1 and more than 2^20 layers.
 */
export function initialSeed(seed: number, layer: number): number {
  if (seed > 0xffffffff) throw new RangeError(`seed must be at most 2^32 − 1; got ${shown(seed)}.`);
  if (layer >= 2 ** 20) throw new RangeError(`Expected at most 2^20 layers; got ${layer + 1}.`);
  // Layers beyond a hundred would have the seeds of the next model's first ones.
  return layer < 100 ? seed * 100 + layer + 1 : -(seed * 2 ** 20 + layer);
}
