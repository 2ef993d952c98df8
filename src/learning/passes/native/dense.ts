import type { Variable } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import type { LinkOf } from "../link";
import type { NativeLink, Request } from "./nativeLink";

/** A convolution, with the gradients of kernel, bias and input. */
export function conv(ops: NativeOps, link: LinkOf<"conv">): NativeLink {
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
  const kernel = () => ops.idOf(link.kernel);
  const { bias } = link;
  let infer = (x: Id) => addBias(ops, link, ops.run("Conv2D", attributes, [x, kernel()]));
  if (bias) {
    const oneDNN = [...attributes.filter(({ name }) => name !== "explicit_paddings"), ...ops.oneDNN()];
    const withBias = (x: Id) => ops.run("_MklNativeConv2DWithBias", oneDNN, [x, kernel(), ops.idOf(bias)]);
    const known = ops.knows("_MklNativeConv2DWithBias", () => withBias(ops.fill(0, [1, ...link.input])));
    if (known) infer = withBias;
  }
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
          input: ops.run("Conv2DBackpropInput", attributes, [inputShape, kernel(), g]),
        };
      },
    }),
  };
}

/** A dense layer without its activation. */
export function dense(ops: NativeOps, link: LinkOf<"dense">): NativeLink {
  const kernel = () => ops.idOf(link.kernel);
  const infer = (x: Id) => addBias(ops, link, product(ops, x, kernel()));
  return {
    infer,
    train: (x) => ({
      output: infer(x),
      gradients: (g, request) => {
        const weights = biasGradient(ops, link, g, request);
        if (request.wants(link.kernel)) weights.push([link.kernel, product(ops, x, g, "first")]);
        return request.input ? { weights, input: product(ops, g, kernel(), "second") } : { weights };
      },
    }),
  };
}

/**
 * The product of two matrices, one of them transposed. Not by TensorFlow's MatMul: oneDNN's code behind it uses the
 * stack pointer for data. A signal at that moment, such as an interrupt, destroys memory (uxlfoundation/oneDNN, issue
 * 4845).
 */
function product(ops: NativeOps, a: Id, b: Id, transposed?: "first" | "second"): Id {
  const attributes = [
    ops.type("T", "float32"),
    ops.flag("adj_x", transposed === "first"),
    ops.flag("adj_y", transposed === "second"),
  ];
  return ops.run("BatchMatMulV2", attributes, [a, b]);
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
