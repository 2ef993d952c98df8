/** The stored images lie in one picture, side by side in rows of so many. */
export const ROW = 25;
export const SIDE = 28;
/** Images of each digit to train on; the others are for the test. */
export const TRAINED_PER_DIGIT = 20;

/** What the page fetches besides the picture and the weights. */
export type Sample = {
  /** Names of the weights, their lengths, and the scale of each: a weight is a 16-bit whole number times its scale. */
  readonly weights: readonly { readonly name: string; readonly length: number; readonly scale: number }[];
  readonly standardised: { readonly mean: number; readonly std: number };
  /** The digit of each image; the first `training` of them are to train on. */
  readonly labels: readonly number[];
  readonly training: number;
};
