import {
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  matMul,
  pad,
  registerKernel,
  reshape,
  stack,
  stridedSlice,
  type Tensor4D,
  tidy,
} from "@tensorflow/tfjs-core";

/** Rows of zeros before and after an axis, as TensorFlow's "same" has them. */
function samePadding(input: number, output: number, filter: number, stride: number): [number, number] {
  const all = Math.max(0, (output - 1) * stride + filter - input);
  return [Math.floor(all / 2), all - Math.floor(all / 2)];
}

/**
 * ∂L/∂W of a convolution, W of filterShape h×w×c×k: at each place (i, j) of the filter, the product over all images and
 * positions of what the filter saw there, transposed, and ∂L/∂y.
 * @throws Error for channels that come first, and paddings other than "valid" and "same".
 */
export function convolutionGradient(
  x: Tensor4D,
  dy: Tensor4D,
  { filterShape, strides, pad: padding, dataFormat }: Conv2DBackpropFilterAttrs,
): Tensor4D {
  if (dataFormat !== "NHWC" || (padding !== "valid" && padding !== "same"))
    throw new Error(
      `The gradient of a convolution takes NHWC and "valid" or "same"; got ${dataFormat}, ${padding}.`,
    );
  const [height, width, channels, filters] = filterShape;
  const [down, across] = typeof strides === "number" ? [strides, strides] : strides;
  const [batch, rows, columns] = dy.shape;
  return tidy(() => {
    const whole =
      padding === "valid"
        ? x
        : pad(x, [
            [0, 0],
            samePadding(x.shape[1], rows, height, down),
            samePadding(x.shape[2], columns, width, across),
            [0, 0],
          ]);
    const gradient = reshape(dy, [-1, filters]);
    const places = Array.from({ length: height * width }, (_, place) => {
      const [i, j] = [Math.floor(place / width), place % width];
      const seen = stridedSlice(
        whole,
        [0, i, j, 0],
        [batch, i + (rows - 1) * down + 1, j + (columns - 1) * across + 1, channels],
        [1, down, across, 1],
      );
      return matMul(reshape(seen, [-1, channels]), gradient, true, false);
    });
    return reshape(stack(places), filterShape);
  });
}

/** Gives a back end the gradient of convolutions that WebAssembly's lacks. */
export function registerConvolutionGradient(backendName: string): void {
  registerKernel({
    kernelName: Conv2DBackpropFilter,
    backendName,
    kernelFunc: ({ inputs: { x, dy }, attrs, backend }) => {
      void backend;
      return convolutionGradient(
        x as Tensor4D,
        dy as Tensor4D,
        attrs as unknown as Conv2DBackpropFilterAttrs,
      );
    },
  });
}
