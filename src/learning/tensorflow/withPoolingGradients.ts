import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "./tensorflow";

type Attributes = {
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: "valid" | "same" | number;
};
type GradFunc = (dy: Tensor, saved: Tensor[], attributes: object) => Record<string, () => Tensor>;
type GradConfig = { kernelName: string; inputsToSave?: string[]; gradFunc: GradFunc };

const KERNELS = ["AvgPool", "AvgPool3D"] as const;

/** Which back ends of which namespace need it: asked once. */
const asked = new WeakMap<Tensorflow, Map<string, boolean>>();

/** Whether this back end divides a border's gradient by the whole window: 1/4 instead of 1 for one value under 2×2. */
function needsIt(tf: Tensorflow): boolean {
  const known = asked.get(tf) ?? new Map<string, boolean>();
  asked.set(tf, known);
  const backend = tf.getBackend();
  const answer = known.get(backend) ?? tf.tidy(() => slopeOfOneValue(tf) !== 1);
  known.set(backend, answer);
  return answer;
}

function slopeOfOneValue(tf: Tensorflow): number {
  const config = tf.getGradient("AvgPool") as unknown as GradConfig | undefined;
  // A bundle may have left gradients out that its models do not need.
  if (!config) return 1;
  const { gradFunc } = config;
  const one: Tensor4D = tf.ones([1, 1, 1, 1]);
  const { x } = gradFunc(one, [one], { filterSize: 2, strides: 1, pad: "same" } satisfies Attributes);
  return (x() as Scalar).dataSync()[0];
}

/** How many values each window along an axis really has, with padding "same". */
function valuesInWindows(input: number, output: number, window: number, stride: number): number[] {
  const before = Math.floor(Math.max(0, (output - 1) * stride + window - input) / 2);
  return Array.from({ length: output }, (_, i) => {
    const start = i * stride - before;
    return Math.min(input, start + window) - Math.max(0, start);
  });
}

/**
 * Work in which the gradients of average pooling divide by as many values as the average did. TensorFlow.js 4.22 divides
 * by the whole window in its cpu and WebAssembly back ends, so that padding "same" gets too small gradients at the
 * border; its native library does not. The gradients as they were are back afterwards.
 */
export function withPoolingGradients<T>(tf: Tensorflow, work: () => T): T {
  if (!needsIt(tf)) return work();
  const before = KERNELS.flatMap((name) => (tf.getGradient(name) as unknown as GradConfig | undefined) ?? []);
  const register = (configs: readonly GradConfig[]) => {
    for (const config of configs) {
      tf.unregisterGradient(config.kernelName);
      tf.registerGradient(config as unknown as Parameters<Tensorflow["registerGradient"]>[0]);
    }
  };
  register(before.map((config) => ({ ...config, gradFunc: corrected(tf, config.gradFunc) })));
  try {
    return work();
  } finally {
    register(before);
  }
}

/** The same gradient of an output's gradient that is larger where a window reaches over the border. */
function corrected(tf: Tensorflow, gradFunc: GradFunc): GradFunc {
  return (dy, saved, attributes) => {
    const { filterSize, strides, pad } = attributes as Attributes;
    // A padding in numbers is none of tf.layers, and the native library does not take it.
    if (pad !== "same") return gradFunc(dy, saved, attributes);
    const [x] = saved;
    const axes = dy.rank - 2;
    const along = (sizes: number | readonly number[], axis: number) =>
      typeof sizes === "number" ? sizes : sizes[axis];
    const scaled = Array.from({ length: axes }, (_, axis) => axis).reduce((gradient, axis) => {
      const window = along(filterSize, axis);
      const output = dy.shape[axis + 1];
      const counts = valuesInWindows(x.shape[axis + 1], output, window, along(strides, axis));
      const shape = dy.shape.map((_, i) => (i === axis + 1 ? output : 1));
      return tf.mul(
        gradient,
        tf.tensor(
          counts.map((count) => window / count),
          shape,
        ),
      );
    }, dy);
    return gradFunc(scaled, saved, attributes);
  };
}
