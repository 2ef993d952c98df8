import { expect, test } from "vitest";
import { randomGenerator } from "../../../src/learning";
import { sharedImages } from "../../../src/learning/code/sharedImages";

const random = randomGenerator(1);
const bytes = (count: number) => Uint8Array.from({ length: 16 * count }, () => 256 * random());
const labels = (count: number) => new Uint8Array(count);

test("images are found again as bytes, standardised by any numbers, and in another order", () => {
  const images = bytes(6);
  const set = { images, labels: labels(6) };
  expect(sharedImages(set, [{ images: bytes(50), labels: labels(50) }])).toBe(0);
  expect(sharedImages(set, [{ images: images.slice(32, 64), labels: labels(2) }])).toBe(2);
  const floats = Float32Array.from(images, (x) => (x / 255 - 0.1307) / 0.3081);
  expect(sharedImages({ images: floats, labels: labels(6) }, [set])).toBe(6);
  expect(sharedImages(set, [])).toBe(0);
});

test("one pixel changed is another image", () => {
  const images = bytes(1);
  const other = images.map((x, i) => (i === 3 ? (x + 128) % 256 : x));
  expect(sharedImages({ images, labels: labels(1) }, [{ images: other, labels: labels(1) }])).toBe(0);
});
