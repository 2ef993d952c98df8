import type { Variable } from "@tensorflow/tfjs-node";
import type { Link, LinkOf } from "./link";
import type { Attribute, Id, NativeOps } from "./nativeOps";

export type Draw = { readonly size: number; readonly seed: number; readonly step: number };
export type Request = {
  /** Whether the gradient of a weight is asked for. */
  readonly wants: (weight: Variable) => boolean;
  /** Whether the gradient of the input is. */
  readonly input: boolean;
};
export type LinkGradients = { readonly input?: Id; readonly weights: readonly (readonly [Variable, Id])[] };
export type Pass = { readonly output: Id; readonly gradients: (g: Id, request: Request) => LinkGradients };

/** A link in native operations; handles live until the next sweep. */
export type NativeLink = {
  infer(x: Id): Id;
  train(x: Id, draw: Draw): Pass;
};

/** The native form of a link. */
export function nativeLink(ops: NativeOps, link: Link): NativeLink {
  switch (link.kind) {
    case "conv":
      return conv(ops, link);
    case "dense":
      return dense(ops, link);
    case "relu":
      return relu(ops);
    case "maxPool":
      return maxPool(ops, link);
    case "flatten":
      return flatten(ops, link);
    case "dropout":
      return dropout(ops, link);
    case "batchNorm":
      return batchNorm(ops, link);
  }
}

function conv(ops: NativeOps, link: LinkOf<"conv">): NativeLink {
  const attributes = [
    ops.type("T", "float32"),
    ops.integers("strides", [1, ...link.strides, 1]),
    ops.text("padding", link.padding),
    ops.text("data_format", "NHWC"),
    ops.integers("dilations", [1, 1, 1, 1]),
    ops.integers("explicit_paddings", []),
    ops.flag("use_cudnn_on_gpu", true),
  ];
  const kernelShape = ops.constant(link.kernel.shape, "int32");
  const infer = (x: Id) => addBias(ops, link, ops.run("Conv2D", attributes, [x, ops.idOf(link.kernel)]));
  return {
    infer,
    train: (x, { size }) => ({
      output: infer(x),
      gradients: (g, request) => {
        const weights = biasGradient(ops, link, g, request);
        if (request.wants(link.kernel)) {
          weights.push([link.kernel, ops.run("Conv2DBackpropFilter", attributes, [x, kernelShape, g])]);
        }
        if (!request.input) return { weights };
        const inputShape = ops.constant([size, ...link.input], "int32");
        return {
          weights,
          input: ops.run("Conv2DBackpropInput", attributes, [inputShape, ops.idOf(link.kernel), g]),
        };
      },
    }),
  };
}

function dense(ops: NativeOps, link: LinkOf<"dense">): NativeLink {
  const product = (a: Id, b: Id, transposeA = false, transposeB = false) => {
    const attributes = [
      ops.type("T", "float32"),
      ops.flag("transpose_a", transposeA),
      ops.flag("transpose_b", transposeB),
    ];
    return ops.run("MatMul", attributes, [a, b]);
  };
  const infer = (x: Id) => addBias(ops, link, product(x, ops.idOf(link.kernel)));
  return {
    infer,
    train: (x) => ({
      output: infer(x),
      gradients: (g, request) => {
        const weights = biasGradient(ops, link, g, request);
        if (request.wants(link.kernel)) weights.push([link.kernel, product(x, g, true)]);
        return request.input
          ? { weights, input: product(g, ops.idOf(link.kernel), false, true) }
          : { weights };
      },
    }),
  };
}

type WithBias = { readonly bias?: Variable };
const biasAttributes = (ops: NativeOps) => [ops.type("T", "float32"), ops.text("data_format", "NHWC")];

function addBias(ops: NativeOps, { bias }: WithBias, x: Id): Id {
  return bias ? ops.run("BiasAdd", biasAttributes(ops), [x, ops.idOf(bias)]) : x;
}

function biasGradient(ops: NativeOps, { bias }: WithBias, g: Id, request: Request): [Variable, Id][] {
  if (!bias || !request.wants(bias)) return [];
  return [[bias, ops.run("BiasAddGrad", biasAttributes(ops), [g])]];
}

function relu(ops: NativeOps): NativeLink {
  const attributes = [ops.type("T", "float32")];
  const infer = (x: Id) => ops.run("Relu", attributes, [x]);
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      return {
        output,
        gradients: (g) => ({ weights: [], input: ops.run("ReluGrad", attributes, [g, output]) }),
      };
    },
  };
}

function maxPool(ops: NativeOps, link: LinkOf<"maxPool">): NativeLink {
  const attributes = [
    ops.type("T", "float32"),
    ops.integers("ksize", [1, ...link.size, 1]),
    ops.integers("strides", [1, ...link.strides, 1]),
    ops.text("padding", link.padding),
    ops.text("data_format", "NHWC"),
  ];
  const infer = (x: Id) => ops.run("MaxPool", attributes, [x]);
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      return {
        output,
        gradients: (g) => ({ weights: [], input: ops.run("MaxPoolGrad", attributes, [x, output, g]) }),
      };
    },
  };
}

function reshape(ops: NativeOps, x: Id, shape: readonly number[]): Id {
  const attributes = [ops.type("T", "float32"), ops.type("Tshape", "int32")];
  return ops.run("Reshape", attributes, [x, ops.constant(shape, "int32")]);
}

function flatten(ops: NativeOps, link: LinkOf<"flatten">): NativeLink {
  return {
    infer: (x) => reshape(ops, x, [-1, ...link.output]),
    train: (x) => ({
      output: reshape(ops, x, [-1, ...link.output]),
      gradients: (g) => ({ weights: [], input: reshape(ops, g, [-1, ...link.input]) }),
    }),
  };
}

function dropout(ops: NativeOps, link: LinkOf<"dropout">): NativeLink {
  const float = ops.type("T", "float32");
  const uniform = [ops.type("dtype", "float32"), ops.type("T", "int32"), ops.type("Tseed", "int32")];
  const cast = [ops.type("SrcT", "bool"), ops.type("DstT", "float32"), ops.flag("Truncate", false)];
  return {
    infer: (x) => x,
    train: (x, { size, seed, step }) => {
      if (!link.active) return { output: x, gradients: (g) => ({ weights: [], input: g }) };
      // A counter-based generator: the same mask for the same (seed, step, link), on any number of threads.
      const key = ops.upload(Int32Array.of(seed, step * 64 + link.index));
      const drawn = ops.run("StatelessRandomUniform", uniform, [
        ops.constant([size, ...link.output], "int32"),
        key,
      ]);
      const kept = ops.run("GreaterEqual", [float], [drawn, ops.scalar(link.rate)]);
      const mask = ops.run("Mul", [float], [ops.run("Cast", cast, [kept]), ops.scalar(1 / (1 - link.rate))]);
      return {
        output: ops.run("Mul", [float], [x, mask]),
        gradients: (g) => ({ weights: [], input: ops.run("Mul", [float], [g, mask]) }),
      };
    },
  };
}

function batchNorm(ops: NativeOps, link: LinkOf<"batchNorm">): NativeLink {
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
