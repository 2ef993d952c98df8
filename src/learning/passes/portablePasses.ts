import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs-node";
import { gradientsOf } from "../tensorflow/gradientsOf";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { dropoutMask } from "./dropoutMask";
import { checkRead, type Link, type LinkOf } from "./link";
import type { Passes } from "./passes";
import { throughBranches } from "./segments";
import { stockPass } from "./stockPass";

type Mode = { training: false } | { training: true; seed: number; step: number; moves: (() => void)[] };

/** The passes in operations of TensorFlow.js with its automatic gradient: slow, for any back end and any layer, and the reference for the native ones. */
export function portablePasses(tf: Tensorflow, links: readonly Link[]): Passes {
  const forward = (images: Tensor, mode: Mode) => through(tf, links, [images], mode);

  const losses = (logits: Tensor, labels: Tensor1D): Tensor => {
    const right = tf.oneHot(labels, logits.shape[logits.shape.length - 1]);
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1));
  };
  const hits = (logits: Tensor, labels: Tensor1D) =>
    tf.sum(tf.equal(tf.argMax(logits, 1), labels)).arraySync() as number;

  return {
    train(batch, wanted, draw) {
      checkRead(links, wanted);
      return tf.tidy(() => {
        const moves: (() => void)[] = [];
        let loss = 0;
        let correct = 0;
        const gradients = gradientsOf(tf, wanted, () => {
          const logits = forward(batch.images, { training: true, ...draw, moves });
          const each = losses(logits, batch.labels);
          loss = tf.sum(each).arraySync() as number;
          correct = hits(logits, batch.labels);
          return tf.mean(each) as Scalar;
        });
        for (const move of moves) move();
        return { loss, correct, gradients };
      });
    },
    score: ({ images, labels }) =>
      tf.tidy(() => {
        const logits = forward(images, { training: false });
        return { loss: tf.sum(losses(logits, labels)).arraySync() as number, correct: hits(logits, labels) };
      }),
    infer: (images) => tf.tidy(() => forward(images, { training: false }).clone()),
    dispose: () => {},
  };
}

function through(tf: Tensorflow, links: readonly Link[], from: readonly Tensor[], mode: Mode): Tensor {
  return links.reduce((values, link) => [apply(tf, link, values, mode)], from)[0];
}

function apply(tf: Tensorflow, link: Link, from: readonly Tensor[], mode: Mode): Tensor {
  const [x] = from;
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
        ? tf.mul(x, dropoutMask(tf, link.rate, x.shape, { ...mode, link: link.index }))
        : x;
    case "batchNorm":
      return batchNorm(tf, link, x, mode);
    case "stock":
      return stockPass(tf, link, from.length > 1 ? from : x, mode.training ? mode : undefined);
    case "branches":
      return throughBranches(link.branches, x, (chain, own) => through(tf, chain, own, mode));
  }
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
    // Kept until the gradient is done, and used only then: a move inside would be part of the derivative.
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
