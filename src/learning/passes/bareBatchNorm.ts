import type { layers, Tensor, Variable } from "@tensorflow/tfjs-node";
import { isBatchNorm } from "../model/isBatchNorm";
import type { Tensorflow } from "../tensorflow/tensorflow";

/** Whether a layer is BatchNorm without a scale or without a shift (`scale: false`, `center: false`). */
export function isBareBatchNorm(layer: layers.Layer): boolean {
  return isBatchNorm(layer) && !(weightOf(layer, "gamma") && weightOf(layer, "beta"));
}

/**
 * A training pass through BatchNorm whose scale or shift may be missing; TensorFlow.js (4.22) reads both even then.
 * Where `active`, it normalises by the batch and moves its statistics; else it normalises by those that it has.
 */
export function bareBatchNorm(tf: Tensorflow, layer: layers.Layer, x: Tensor, active: boolean): Tensor {
  const { axis = -1, epsilon, momentum } = layer.getConfig() as Record<string, number>;
  const own = axis < 0 ? axis + x.rank : axis;
  const moving = ["moving_mean", "moving_variance"].map((name) => weightOf(layer, name) as Variable);
  const { mean, variance } = active
    ? tf.moments(
        x,
        x.shape.map((_, i) => i).filter((i) => i !== own),
      )
    : { mean: moving[0], variance: moving[1] };
  if (active) {
    [mean, variance].forEach((now, i) => {
      moving[i].assign(tf.add(tf.mul(moving[i], momentum), tf.mul(now, 1 - momentum)));
    });
  }
  const spread = (channels: Tensor) =>
    tf.reshape(
      channels,
      x.shape.map((extent, i) => (i === own ? extent : 1)),
    );
  const normal = tf.mul(tf.sub(x, spread(mean)), spread(tf.rsqrt(tf.add(variance, epsilon))));
  const [gamma, beta] = ["gamma", "beta"].map((name) => weightOf(layer, name));
  const scaled = gamma ? tf.mul(normal, spread(gamma)) : normal;
  return beta ? tf.add(scaled, spread(beta)) : scaled;
}

function weightOf({ weights }: layers.Layer, name: string): Variable | undefined {
  return weights.find(({ originalName }) => originalName.endsWith(`/${name}`))?.read() as
    | Variable
    | undefined;
}
