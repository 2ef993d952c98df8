import { dataset, type ImageSet } from "../../src/learning";

/** `count` images of 2×2 of two classes by turns. */
export const setOf = (count: number): ImageSet => ({
  images: Float32Array.from({ length: 4 * count }, (_, i) => Math.sin(i)),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
});

/** 20 such images to train on, 10 to test and 6 to validate. */
export const squares = dataset({
  ...{ name: "squares", shape: [2, 2, 1], classes: ["a", "b"], checksums: {} },
  ...{ train: setOf(20), test: setOf(10), validation: setOf(6) },
});
