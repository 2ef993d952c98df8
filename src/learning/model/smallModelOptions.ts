import { shown } from "../../common/shown";
import { checkWhole } from "./checkWhole";

/** Seed of the initial weights (He uniform), an image's height × width × channels, and the number of classes. */
export type SmallModelOptions = {
  seed?: number;
  input?: readonly [number, number, number];
  classes?: number;
};

/** The names of these options, for `checkKeys`. */
export const SMALL_MODEL_OPTIONS: Record<keyof SmallModelOptions, true> = {
  seed: true,
  input: true,
  classes: true,
};

/** Throws RangeError for options that no model can have. */
export function checkSmallModelOptions({ seed, input, classes }: Required<SmallModelOptions>): void {
  checkWhole({ seed }, 0);
  checkWhole({ classes }, 2);
  if (!Array.isArray(input) || input.length !== 3) {
    throw new RangeError(
      `input must be the height, width and channels of an image, such as [28, 28, 1]; got ${shown(input)}.`,
    );
  }
  checkWhole(Object.fromEntries(input.map((extent, i) => [`input[${i}]`, extent])), 1);
}

/** Throws RangeError for a factor on channels that is none. */
export function checkWidth(width: number): void {
  if (!(typeof width === "number" && width > 0 && width <= 16))
    throw new RangeError(`width must be in (0, 16]; got ${shown(width)}.`);
}
