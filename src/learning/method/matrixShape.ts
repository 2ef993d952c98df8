import type { Variable } from "@tensorflow/tfjs-node";

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
