import { checkFlags } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** How trained numbers are rounded. */
export type Quantiser = {
  /**
   * "uniform": levels (z + i)·step, i = 0 … levels − 1, a whole number z; two numbers of 16 bits hold the range.
   * "learnt": levels anywhere, 16 bits each.
   */
  readonly kind: "uniform" | "learnt";
  /** How many levels there are, 2 to 4096. */
  readonly levels: number;
  /** One code book for each of the method's parameters instead of one for all: a layer has one or two of them. */
  readonly perLayer?: boolean;
};

/** A code book of 4096 learnt levels has 65,536 bits: no bound pays for more. */
export const MOST_LEVELS = 4096;

const OPTIONS: Record<keyof Quantiser, true> = { kind: true, levels: true, perLayer: true };

/** @throws TypeError or RangeError for what is no quantiser. */
export function checkQuantiser(quantiser: Quantiser): Quantiser {
  checkKeys("quantiser", quantiser, OPTIONS);
  const { kind, levels, perLayer } = quantiser;
  if (kind !== "uniform" && kind !== "learnt")
    throw new RangeError(`kind must be "uniform" or "learnt"; got ${shown(kind)}.`);
  if (!Number.isInteger(levels) || levels < 2 || levels > MOST_LEVELS)
    throw new RangeError(`levels must be a whole number from 2 to ${MOST_LEVELS}; got ${shown(levels)}.`);
  checkFlags({ perLayer });
  return quantiser;
}

/** Which of `parameters` have a code book in common: all, or each its own. */
export function booksOf({ perLayer = false }: Quantiser, parameters: number): readonly number[][] {
  const all = Array.from({ length: parameters }, (_, i) => i);
  return perLayer ? all.map((i) => [i]) : [all];
}
