import type { Variable } from "@tensorflow/tfjs-node";
import type { LinkOf } from "./link";
import type { NativeLink, Request } from "./nativeLink";
import type { Id, NativeOps } from "./nativeOps";

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

/** A dense layer without its activation. */
export function dense(ops: NativeOps, link: LinkOf<"dense">): NativeLink {
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
