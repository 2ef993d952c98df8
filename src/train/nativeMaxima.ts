import type { LinkOf } from "./link";
import type { NativeLink } from "./nativeLink";
import type { Id, NativeOps } from "./nativeOps";

export function relu(ops: NativeOps): NativeLink {
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

export function maxPool(ops: NativeOps, link: LinkOf<"maxPool">): NativeLink {
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
