import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import { dropoutKey } from "../dropoutMask";
import type { LinkOf } from "../link";
import type { NativeLink } from "./nativeLink";

/**
 * Drop-out, whose mask depends only on seed, step and the number of the link. In training it can also do the ReLU
 * before it: one factor then stands for both, forward and backward. Our own operation can do the max-pooling by 2 × 2
 * before them, too.
 */
export function dropout(
  ops: NativeOps,
  link: LinkOf<"dropout">,
  { rectifies = false, pools = false } = {},
): NativeLink {
  const pooling = ops.flag("pools", pools);
  const scaling = ops.float("scale", 1 / (1 - link.rate));
  const own = [
    ops.float("below", previousFloat(link.rate)),
    scaling,
    ops.flag("rectifies", rectifies),
    pooling,
  ];
  const float = [ops.type("T", "float32")];
  const uniform = [ops.type("dtype", "float32"), ops.type("T", "int32"), ops.type("Tseed", "int64")];
  const below = ops.scalar(previousFloat(link.rate));
  return {
    infer: (x) => x,
    train: (x, { size, seed, step }) => {
      if (!link.active) return { output: x, gradients: (g) => ({ weights: [], input: g }) };
      const shape = [size, ...link.output];
      // A counter-based generator: the same mask for the same (seed, step, link), on any number of threads.
      const key = ops.uploadLong(dropoutKey({ seed, step, link: link.index }));
      if (ops.hasOwn) {
        const [output, mask] = ops.runMany("IntrinsicDropout", own, [x, key], 2);
        const gradient = (g: Id) => ops.run("IntrinsicDropoutGrad", [scaling, pooling], [g, mask]);
        return { output, gradients: (g) => ({ weights: [], input: gradient(g) }) };
      }
      const drawn = ops.run("StatelessRandomUniform", uniform, [ops.constant(shape, "int32"), key]);
      // Positive where the draw is at least the rate: there ReluGrad, below, gives the factor, else 0.
      const kept = ops.run("Sub", float, [drawn, below]);
      const passing = rectifies ? ops.run("Minimum", float, [kept, x]) : kept;
      const factor = ops.run("ReluGrad", float, [ops.filled(1 / (1 - link.rate), shape), passing]);
      const scaled = (y: Id) => ops.run("Mul", float, [y, factor]);
      return { output: scaled(x), gradients: (g) => ({ weights: [], input: scaled(g) }) };
    },
  };
}

/** The largest number of float32 below a positive one. */
function previousFloat(value: number): number {
  const float = Float32Array.of(value);
  new Int32Array(float.buffer)[0]--;
  return float[0];
}
