import type { Conv2DBackpropFilterAttrs, Tensor4D } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { convolutionGradient } from "../../../site/train/convolutionGradient";
import { tensorflow } from "../../../src/learning";

test("the gradient of a convolution is TensorFlow's own, for all sizes, strides and both paddings", async () => {
  const tf = await tensorflow();
  const size = (max: number) => fc.integer({ min: 1, max });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ batch: size(3), input: fc.tuple(size(9), size(9)), filter: fc.tuple(size(4), size(4)) }),
      fc.tuple(size(3), size(3)),
      fc.tuple(size(3), size(3)),
      fc.constantFrom("valid" as const, "same" as const),
      fc.integer(),
      async ({ batch, input, filter }, [channels, filters], strides, pad, seed) => {
        fc.pre(pad === "same" || (filter[0] <= input[0] && filter[1] <= input[1]));
        const pairs = tf.tidy(() => {
          const normal = (shape: number[], own: number) =>
            tf.randomNormal(shape, 0, 1, "float32", own) as unknown as Tensor4D;
          const filterShape: [number, number, number, number] = [filter[0], filter[1], channels, filters];
          const x = normal([batch, ...input, channels], seed);
          const w = normal(filterShape, seed + 1);
          const convolved = (v: Tensor4D) =>
            tf.conv2d(x as never, v as never, strides, pad) as unknown as Tensor4D;
          const dy = normal(convolved(w).shape, seed + 2);
          const loss = (v: unknown) => tf.sum(tf.mul(convolved(v as Tensor4D) as never, dy as never));
          const native = tf.grad(loss as never)(w as never);
          const attributes = { filterShape, strides, pad, dataFormat: "NHWC" } as Conv2DBackpropFilterAttrs;
          const own = convolutionGradient(x, dy, attributes);
          expect(own.shape).toEqual(native.shape);
          return [Array.from(own.dataSync()), Array.from(native.dataSync())];
        });
        const largest = pairs[1].reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        for (const [i, value] of pairs[0].entries())
          expect(Math.abs(value - pairs[1][i])).toBeLessThan(1e-5 * largest);
      },
    ),
    { numRuns: 60 },
  );
});

test("channels that come first are refused", () => {
  const attributes = { filterShape: [1, 1, 1, 1], strides: 1, pad: "valid", dataFormat: "NCHW" } as const;
  expect(() => convolutionGradient({} as Tensor4D, {} as Tensor4D, attributes as never)).toThrow(
    "got NCHW, valid",
  );
});
