import type { Variable } from "@tensorflow/tfjs-node";
import type { Attribute, Id, NativeOps } from "../../tensorflow/nativeOps";
import type { LinkOf } from "../link";
import type { NativeLink, Pass, Request } from "./nativeLink";
import { reshape } from "./reshape";

/** Whether our own operation trains this BatchNorm: with the same bits, and the ReLU before it at no cost. */
export function ownBatchNorm(ops: NativeOps, { active, input }: LinkOf<"batchNorm">): boolean {
  return ops.hasOwn && active && input[input.length - 1] % 16 === 0;
}

/**
 * BatchNorm by TensorFlow's fused operations. Its moving variance is ÷ n, as in TensorFlow.js's own layer. In PyTorch it
 * is ÷ (n − 1), and so is the operations' third output, which is not used here. Where our own operation trains it, it
 * can also do the ReLU before it.
 */
export function batchNorm(ops: NativeOps, link: LinkOf<"batchNorm">, { rectifies = false } = {}): NativeLink {
  const float = [ops.type("T", "float32")];
  const channels = link.input[link.input.length - 1];
  const flat = link.input.length === 1;
  // The fused operation knows images only; a row of features is an image of one pixel.
  const toImage = (x: Id) => (flat ? reshape(ops, x, [-1, 1, 1, channels]) : x);
  const fromImage = (x: Id) => (flat ? reshape(ops, x, [-1, channels]) : x);
  const fused = (training: boolean) => [
    ...float,
    ops.type("U", "float32"),
    ops.float("epsilon", link.epsilon),
    ops.text("data_format", "NHWC"),
    ops.flag("is_training", training),
  ];
  const [passive, active] = [fused(false), fused(true)];
  const forward = (x: Id, [mean, variance]: Statistics) => {
    const inputs = [x, ops.idOf(link.gamma), ops.idOf(link.beta), mean, variance];
    return ops.runMany("FusedBatchNormV3", passive, inputs, 6)[0];
  };
  const backward = (g: Id, x: Id, statistics: Statistics, attributes = passive) => {
    const inputs = [toImage(g), x, ops.idOf(link.gamma), ...statistics, statistics[0]];
    return ops.runMany("FusedBatchNormGradV3", attributes, inputs, 5);
  };
  const weightGradients = ({ wants }: Request, gamma: Id, beta: Id) =>
    [[link.gamma, gamma] as const, [link.beta, beta] as const].filter(([weight]) => wants(weight));
  const statisticsOf = columnStatistics(ops, link.input, active);
  const [ones, zeros] = [1, 0].map((value) => ops.constant(new Array(channels).fill(value), "float32"));
  const normalise = (x: Id): { output: Id; statistics: Statistics } => {
    if (!flat) {
      const statistics = statisticsOf(x);
      return { output: forward(x, statistics), statistics };
    }
    const inputs = [x, ops.idOf(link.gamma), ops.idOf(link.beta), zeros, ones];
    const [output, , , mean, variance] = ops.runMany("FusedBatchNormV3", active, inputs, 6);
    return { output, statistics: [mean, variance] };
  };
  const move = (moving: Variable, now: Id) => {
    const kept = ops.run("Mul", float, [ops.idOf(moving), ops.scalar(link.momentum)]);
    const added = ops.run("Mul", float, [now, ops.scalar(1 - link.momentum)]);
    ops.assign(moving, ops.run("AddV2", float, [kept, added]));
  };
  const epsilon = ops.float("epsilon", link.epsilon);
  const relu = ops.flag("relu", rectifies);
  const moving = [ops.float("kept", link.momentum), ops.float("added", 1 - link.momentum)];
  const trainOwn = (x: Id): Pass => {
    const inputs = [x, ...[link.gamma, link.beta, link.mean, link.variance].map((each) => ops.idOf(each))];
    const outputs = ops.runMany("IntrinsicBatchNorm", [epsilon, ...moving, relu], inputs, 5);
    const [output, mean, variance, movedMean, movedVariance] = outputs;
    ops.assign(link.mean, movedMean);
    ops.assign(link.variance, movedVariance);
    return {
      output,
      gradients: (g, request) => {
        const saved = [g, x, ops.idOf(link.gamma), mean, variance];
        const [dx, dGamma, dBeta] = ops.runMany("IntrinsicBatchNormGrad", [epsilon, relu], saved, 3);
        return { input: dx, weights: weightGradients(request, dGamma, dBeta) };
      },
    };
  };

  return {
    infer: (x) => fromImage(forward(toImage(x), [ops.idOf(link.mean), ops.idOf(link.variance)])),
    train: (x) => {
      if (ownBatchNorm(ops, link)) return trainOwn(x);
      const image = toImage(x);
      if (link.active) {
        const { output, statistics } = normalise(image);
        move(link.mean, statistics[0]);
        move(link.variance, statistics[1]);
        return {
          output: fromImage(output),
          gradients: (g, request) => {
            const [dx, dGamma, dBeta] = backward(g, image, statistics, active);
            return { input: fromImage(dx), weights: weightGradients(request, dGamma, dBeta) };
          },
        };
      }
      const statistics: Statistics = [ops.idOf(link.mean), ops.idOf(link.variance)];
      return {
        output: fromImage(forward(image, statistics)),
        gradients: (g, request) => {
          if (request.wants(link.gamma) || request.wants(link.beta)) {
            const [dx, dGamma, dBeta] = backward(g, image, statistics);
            return { input: fromImage(dx), weights: weightGradients(request, dGamma, dBeta) };
          }
          const shifted = ops.run("AddV2", float, [statistics[1], ops.scalar(link.epsilon)]);
          const scale = ops.run("Mul", float, [ops.run("Rsqrt", float, [shifted]), ops.idOf(link.gamma)]);
          return { input: ops.run("Mul", float, [g, scale]), weights: [] };
        },
      };
    },
  };
}

type Statistics = readonly [mean: Id, variance: Id];

/**
 * Mean and variance of a batch of images, by channel. The fused operation adds one number after the other in
 * float32: over the 86,528 pixels after the paper's first convolution its variance has three digits. So each column w
 * of the images first has its own μ_w and σ²_w. They join to mean μ = avg μ_w and variance avg (σ²_w + (μ_w − μ)²).
 */
function columnStatistics(ops: NativeOps, input: readonly number[], attributes: readonly Attribute[]) {
  const float = [ops.type("T", "float32")];
  const [height, width, channels] = input;
  const columns = input.length === 3 ? width * channels : 0;
  const [ones, zeros] = [1, 0].map((value) => ops.constant(new Array(columns).fill(value), "float32"));
  const average = (x: Id) => {
    const mean = [...float, ops.type("Tidx", "int32"), ops.flag("keep_dims", false)];
    return ops.run("Mean", mean, [x, ops.constant([0], "int32")]);
  };
  return (image: Id): Statistics => {
    // oneDNN needs a quarter less time with the height kept apart than with all in the first extent.
    const inputs = [reshape(ops, image, [-1, height, 1, columns]), ones, zeros, zeros, ones];
    const [, , , mean, variance] = ops.runMany("FusedBatchNormV3", attributes, inputs, 6);
    const means = reshape(ops, mean, [width, channels]);
    const whole = average(means);
    const apart = ops.run("SquaredDifference", float, [means, whole]);
    const variances = reshape(ops, variance, [width, channels]);
    return [whole, average(ops.run("AddV2", float, [variances, apart]))];
  };
}
