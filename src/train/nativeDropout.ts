import type { LinkOf } from "./link";
import type { NativeLink } from "./nativeLink";
import type { NativeOps } from "./nativeOps";

/** Drop-out, whose mask depends on seed, step and place in the chain alone. */
export function dropout(ops: NativeOps, link: LinkOf<"dropout">): NativeLink {
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
