import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import { randomGenerator } from "../dataset/random";
import type { Chain } from "./chain";
import type { Link, LinkOf } from "./link";

type Mode = { training: false } | { training: true; seed: number; step: number; moves: (() => void)[] };

/** The passes in operations of TensorFlow.js with its automatic gradient: slow, for any back end and any layer, and the other's reference. */
export function portableChain(tf: Tensorflow, links: readonly Link[]): Chain {
  const forward = (images: Tensor, mode: Mode) => links.reduce((x, link) => apply(tf, link, x, mode), images);

  const losses = (logits: Tensor, labels: Tensor1D): Tensor => {
    const right = tf.oneHot(labels, logits.shape[1]!);
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1));
  };
  const hits = (logits: Tensor, labels: Tensor1D) =>
    tf.sum(tf.equal(tf.argMax(logits, 1), labels)).arraySync() as number;

  return {
    train(batch, wanted, draw) {
      // Freezing a layer marks its variables, and variableGrads leaves marked ones out even where asked for.
      const marks = wanted.map((variable) => variable.trainable);
      for (const variable of wanted) variable.trainable = true;
      try {
        return tf.tidy(() => {
          const moves: (() => void)[] = [];
          let loss = 0;
          let correct = 0;
          const run = () => {
            const logits = forward(batch.images, { training: true, ...draw, moves });
            const each = losses(logits, batch.labels);
            loss = tf.sum(each).arraySync() as number;
            correct = hits(logits, batch.labels);
            return tf.mean(each) as Scalar;
          };
          let grads: Record<string, Tensor> = {};
          if (wanted.length > 0) grads = tf.variableGrads(run, [...wanted]).grads;
          else run();
          for (const move of moves) move();
          return { loss, correct, gradients: wanted.map(({ name }) => grads[name]) };
        });
      } finally {
        wanted.forEach((variable, index) => {
          variable.trainable = marks[index];
        });
      }
    },
    evaluate: ({ images, labels }) =>
      tf.tidy(() => {
        const logits = forward(images, { training: false });
        return { loss: tf.sum(losses(logits, labels)).arraySync() as number, correct: hits(logits, labels) };
      }),
    infer: (images) => tf.tidy(() => forward(images, { training: false }).clone()),
    dispose: () => {},
  };
}

function apply(tf: Tensorflow, link: Link, x: Tensor, mode: Mode): Tensor {
  const addBias = (y: Tensor, bias?: Variable) => (bias ? tf.add(y, bias) : y);
  switch (link.kind) {
    case "conv": {
      const padding = link.padding === "SAME" ? "same" : "valid";
      return addBias(
        tf.conv2d(x as Tensor4D, link.kernel as unknown as Tensor4D, [...link.strides], padding),
        link.bias,
      );
    }
    case "dense":
      return addBias(tf.matMul(x as Tensor2D, link.kernel as unknown as Tensor2D), link.bias);
    case "relu":
      return tf.relu(x);
    case "maxPool":
      return tf.maxPool(
        x as Tensor4D,
        [...link.size],
        [...link.strides],
        link.padding === "SAME" ? "same" : "valid",
      );
    case "flatten":
      return tf.reshape(x, [x.shape[0], ...link.output]);
    case "dropout":
      return mode.training && link.active
        ? tf.mul(x, mask(tf, link.rate, x.shape, mode.seed, mode.step * 64 + link.index))
        : x;
    case "batchNorm":
      return batchNorm(tf, link, x, mode);
    case "stock":
      return link.stock.apply(x, mode.training, (shape, rate, place) =>
        mode.training ? mask(tf, rate, shape, mode.seed, mode.step * 64 + link.index + 7919 * place) : x,
      );
  }
}

function mask(tf: Tensorflow, rate: number, shape: readonly number[], seed: number, stream: number): Tensor {
  const random = randomGenerator(seed, stream >>> 0);
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => (random() >= rate ? 1 / (1 - rate) : 0));
  return tf.tensor(values, [...shape]);
}

function batchNorm(tf: Tensorflow, link: LinkOf<"batchNorm">, x: Tensor, mode: Mode): Tensor {
  const training = mode.training && link.active;
  const { mean, variance } = training
    ? tf.moments(
        x,
        x.shape.slice(1).map((_, i) => i),
      )
    : link;
  if (mode.training && link.active) {
    const moves: [Variable, Tensor][] = [
      [link.mean, mean],
      [link.variance, variance],
    ];
    // Kept beyond the gradient's own tidying, and used after it: a move inside would be part of the derivative.
    for (const [, now] of moves) tf.keep(now);
    mode.moves.push(() => {
      for (const [moving, now] of moves) {
        moving.assign(tf.add(tf.mul(moving, link.momentum), tf.mul(now, 1 - link.momentum)));
        now.dispose();
      }
    });
  }
  const scale = tf.mul(tf.rsqrt(tf.add(variance, link.epsilon)), link.gamma);
  return tf.add(tf.mul(tf.sub(x, mean), scale), link.beta);
}
