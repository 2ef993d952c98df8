import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import type { LinkOf } from "../link";
import type { NativeLink } from "./nativeLink";

/** The same values in another shape; −1 stands for the batch. */
export function reshape(ops: NativeOps, x: Id, shape: readonly number[]): Id {
  const attributes = [ops.type("T", "float32"), ops.type("Tshape", "int32")];
  return ops.run("Reshape", attributes, [x, ops.constant(shape, "int32")]);
}

/** Images as rows. */
export function flatten(ops: NativeOps, link: LinkOf<"flatten">): NativeLink {
  return {
    infer: (x) => reshape(ops, x, [-1, ...link.output]),
    train: (x) => ({
      output: reshape(ops, x, [-1, ...link.output]),
      gradients: (g) => ({ weights: [], input: reshape(ops, g, [-1, ...link.input]) }),
    }),
  };
}
