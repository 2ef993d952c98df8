import type { Random } from "../dataset/randomGenerator";

/** `count` numbers uniform on [−√3·std, √3·std]: mean 0 and standard deviation `std`. */
export function uniform(count: number, std: number, random: Random): Float32Array {
  const width = Math.sqrt(12) * std;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (random() - 0.5) * width;
  return values;
}
