import { shown } from "../../common/shown";
import type { Variant } from "../grid/quantise";
import type { Target } from "../target/target";

/** @throws TypeError unless f was made by target(). */
export function checkTarget(f: Target, caller: string): void {
  if (typeof f !== "function" || !Number.isInteger(f.dimension) || typeof f.omega !== "function")
    throw new TypeError(
      `${caller}(f, …): f must be made by target(fn, {dimension, lipschitz}); got ${shown(f)}.`,
    );
}

/** @throws RangeError unless the variant is known. */
export function checkVariant(variant: Variant): void {
  if (variant !== "paper" && variant !== "centred")
    throw new RangeError(`variant must be "paper" or "centred"; got ${shown(variant)}.`);
}
