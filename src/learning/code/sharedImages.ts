import type { ImageSet } from "../dataset/imageSet";

/**
 * How many of `images` are among `others`, whatever increasing function of the pixels (another mean, another deviation,
 * bytes) one of the sets went through: two images are one if the ranks of their pixels are equal.
 */
export function sharedImages(images: ImageSet, others: readonly ImageSet[]): number {
  const seen = new Set(others.flatMap(ranksOf));
  return ranksOf(images).filter((each) => seen.has(each)).length;
}

/** For each image 64 bits that follow from the ranks of its pixels alone (FNV-1a, two streams). */
function ranksOf({ images, labels }: ImageSet): string[] {
  const size = images.length / labels.length;
  return Array.from(labels, (_, i) => {
    const pixels = images.subarray(i * size, (i + 1) * size);
    const ranks = new Map<number, number>();
    for (const value of pixels.slice().sort()) if (!ranks.has(value)) ranks.set(value, ranks.size);
    let [a, b] = [0x811c9dc5, 0x01234567];
    for (const value of pixels) {
      const rank = ranks.get(value) ?? 0;
      a = Math.imul(a ^ rank, 0x01000193);
      b = Math.imul(b ^ (rank + 0x9e37), 0x01000193) ^ (b >>> 15);
    }
    return `${a},${b}`;
  });
}
