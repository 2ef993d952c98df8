import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import type { LinkOf } from "../link";
import type { NativeLink, Pass } from "./nativeLink";

/** A ReLU. Where it is `left` to the link after it, it does nothing in training. */
export function reluLink(ops: NativeOps, { left = false } = {}): NativeLink {
  const attributes = [ops.type("T", "float32")];
  const infer = (x: Id) => ops.run("Relu", attributes, [x]);
  return {
    infer,
    train: (x) => {
      if (left) return untouched(x);
      const output = infer(x);
      return {
        output,
        gradients: (g) => ({ weights: [], input: ops.run("ReluGrad", attributes, [g, output]) }),
      };
    },
  };
}

const untouched = (x: Id): Pass => ({ output: x, gradients: (g) => ({ weights: [], input: g }) });

/**
 * Max-pooling, by oneDNN if it is there: its gradient remembers where each maximum was, TensorFlow's searches again.
 * Where it is `left` to the drop-out after it, it does nothing in training.
 */
export function maxPool(ops: NativeOps, link: LinkOf<"maxPool">, { left = false } = {}): NativeLink {
  const pooling = poolingLink(ops, link);
  return left ? { infer: pooling.infer, train: untouched } : pooling;
}

function poolingLink(ops: NativeOps, link: LinkOf<"maxPool">): NativeLink {
  const attributes = [
    ops.type("T", "float32"),
    ops.integers("ksize", [1, ...link.size, 1]),
    ops.integers("strides", [1, ...link.strides, 1]),
    ops.text("padding", link.padding),
    ops.text("data_format", "NHWC"),
  ];
  const oneDNN = [...attributes, ...ops.oneDNN(), ops.flag("workspace_enabled", true)];
  const remembering = (x: Id) => ops.runMany("_MklNativeMaxPool", oneDNN, [x], 2);
  if (ops.knows("_MklNativeMaxPool", () => remembering(ops.fill(0, [1, ...link.input])))) {
    return {
      infer: (x) => remembering(x)[0],
      train: (x) => {
        const [output, where] = remembering(x);
        const gradient = (g: Id) => ops.run("_MklNativeMaxPoolGrad", oneDNN, [x, output, g, where]);
        return { output, gradients: (g) => ({ weights: [], input: gradient(g) }) };
      },
    };
  }
  const infer = (x: Id) => ops.run("MaxPool", attributes, [x]);
  return {
    infer,
    train: (x) => {
      const output = infer(x);
      const gradient = (g: Id) => ops.run("MaxPoolGrad", attributes, [x, output, g]);
      return { output, gradients: (g) => ({ weights: [], input: gradient(g) }) };
    },
  };
}
