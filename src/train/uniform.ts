import type { Random } from "../dataset/random";

/** `count` numbers uniform on [−√3·std, √3·std]: mean 0 and standard deviation `std`. */
export function uniform(count: number, std: number, random: Random): Float32Array {
  const width = Math.sqrt(12) * std;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (random() - 0.5) * width;
  return values;
}

/** A kernel as the matrix that multiplies a row of inputs: all extents but the last, and the last. */
export function matrixShape(shape: readonly number[]): [number, number] {
  return [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape[shape.length - 1]];
}
