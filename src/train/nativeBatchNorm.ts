import type { LinkOf } from "./link";
import type { NativeLink, Request } from "./nativeLink";
import type { Attribute, Id, NativeOps } from "./nativeOps";
import { reshape } from "./nativeReshape";

/** BatchNorm by TensorFlow's fused operation, which keeps what its gradient needs and moves the statistics. */
export function batchNorm(ops: NativeOps, link: LinkOf<"batchNorm">): NativeLink {
  const float = ops.type("T", "float32");
  const channels = link.input[link.input.length - 1];
  const flat = link.input.length === 1;
  // The fused operation knows images only; a row of features is an image of one pixel.
  const toImage = (x: Id) => (flat ? reshape(ops, x, [-1, 1, 1, channels]) : x);
  const fromImage = (x: Id) => (flat ? reshape(ops, x, [-1, channels]) : x);
  const fused = (training: boolean, more: Attribute[] = []) => [
    float,
    ops.type("U", "float32"),
    ops.float("epsilon", link.epsilon),
    ops.text("data_format", "NHWC"),
    ops.flag("is_training", training),
    ...more,
  ];
  const passive = fused(false);
  const activeForward = fused(true, [ops.float("exponential_avg_factor", 1 - link.momentum)]);
  const weightGradients = ({ wants }: Request, gamma: Id, beta: Id) =>
    [[link.gamma, gamma] as const, [link.beta, beta] as const].filter(([weight]) => wants(weight));
  const forward = (x: Id, attributes: Attribute[]) => {
    const inputs = [
      x,
      ...[link.gamma, link.beta, link.mean, link.variance].map((weight) => ops.idOf(weight)),
    ];
    return ops.runMany("FusedBatchNormV3", attributes, inputs, 6);
  };
  const backward = (g: Id, x: Id, saved: readonly Id[], attributes: Attribute[]) =>
    ops.runMany("FusedBatchNormGradV3", attributes, [toImage(g), x, ops.idOf(link.gamma), ...saved], 5);

  /** The variance TensorFlow moves towards is that of a sample, N/(N−1) times that of the batch; layers use the latter. */
  const moveStatistics = (mean: Id, variance: Id, count: number) => {
    const old = ops.idOf(link.variance);
    const scaled = ops.run("Mul", [float], [variance, ops.scalar((count - 1) / count)]);
    const kept = ops.run("Mul", [float], [old, ops.scalar(link.momentum / count)]);
    const moved = ops.run("AddV2", [float], [scaled, kept]);
    ops.assign(link.mean, mean);
    ops.assign(link.variance, moved);
  };

  return {
    infer: (x) => fromImage(forward(toImage(x), passive)[0]),
    train: (x, { size }) => {
      const image = toImage(x);
      if (link.active) {
        const [y, mean, variance, ...saved] = forward(image, activeForward);
        moveStatistics(mean, variance, (size * link.input.reduce((a, b) => a * b, 1)) / channels);
        return {
          output: fromImage(y),
          gradients: (g, request) => {
            const [dx, dGamma, dBeta] = backward(g, image, saved, fused(true));
            return { input: fromImage(dx), weights: weightGradients(request, dGamma, dBeta) };
          },
        };
      }
      const statistics = [ops.idOf(link.mean), ops.idOf(link.variance)];
      return {
        output: fromImage(forward(image, passive)[0]),
        gradients: (g, request) => {
          if (request.wants(link.gamma) || request.wants(link.beta)) {
            const [dx, dGamma, dBeta] = backward(g, image, [...statistics, statistics[0]], passive);
            return { input: fromImage(dx), weights: weightGradients(request, dGamma, dBeta) };
          }
          const shifted = ops.run("AddV2", [float], [statistics[1], ops.scalar(link.epsilon)]);
          const scale = ops.run("Mul", [float], [ops.run("Rsqrt", [float], [shifted]), ops.idOf(link.gamma)]);
          return { input: ops.run("Mul", [float], [g, scale]), weights: [] };
        },
      };
    },
  };
}
