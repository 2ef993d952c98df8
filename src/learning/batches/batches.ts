import { type Link, normalises } from "../passes/link";

/** How the images of an epoch are shared out. */
export type Batches = {
  readonly batch: number;
  /** Whether a last batch of fewer images is left out; not by default. */
  readonly dropLast?: boolean;
};

/** How many of `count` images an epoch trains on, and in how many steps. */
export function epochSize(count: number, { batch, dropLast }: Batches): { images: number; steps: number } {
  const images = dropLast ? count - (count % batch) : count;
  return { images, steps: Math.ceil(images / batch) };
}

/**
 * Refuses a batch of one image where a BatchNorm normalises by the batch: it turns the features of any single image
 * into its shift, and nothing can be learnt from their variance.
 * @throws RangeError naming the layer, and what to do.
 */
export function checkBatches(links: readonly Link[], count: number, batches: Batches): void {
  const { batch } = batches;
  const { images } = epochSize(count, batches);
  if ((images % batch || batch) > 1) return;
  const layer = links.map(normalises).find((name) => name !== undefined);
  if (layer === undefined) return;
  const [what, remedy] =
    batch === 1
      ? ["batch is 1", "give a batch of 2 or more"]
      : [
          `${count} images by ${batch} leave a last batch of one`,
          images > 1 ? "give dropLast: true or another batch" : "give more images",
        ];
  throw new RangeError(
    `BatchNorm (${layer}) cannot normalise a batch of one image by itself in training; ${what}: ${remedy}, or freeze ` +
      "the layer.",
  );
}
