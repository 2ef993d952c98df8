import type { Variable } from "@tensorflow/tfjs-node";
import type { Random } from "../dataset/randomGenerator";

/** `count` numbers uniform on [−√3·std, √3·std]: mean 0 and standard deviation `std`. */
export function uniform(count: number, std: number, random: Random): Float32Array {
  const width = Math.sqrt(12) * std;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (random() - 0.5) * width;
  return values;
}

/**
 * A kernel's shape as the matrix that multiplies a row of inputs: all extents but the last × the last. A depthwise
 * kernel, height × width × in × filters a channel, multiplies patches of single channels:
 * (height·width) × (in·filters).
 */
export function matrixShape({ shape, name }: Pick<Variable, "shape" | "name">): [number, number] {
  const product = (extents: readonly number[]) => extents.reduce((a, b) => a * b, 1);
  const rows = /(^|\/)depthwise_kernel(_\d+)?$/.test(name) ? 2 : shape.length - 1;
  return [product(shape.slice(0, rows)), product(shape.slice(rows))];
}
