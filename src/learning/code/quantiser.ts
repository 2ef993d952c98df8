import { checkFlags } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** The kinds of levels. */
export const KINDS = ["uniform", "learnt", "centred"] as const;

/** How trained numbers are rounded. */
export type Quantiser = {
  /**
   * "uniform": levels (z + i)·step, i = 0 … levels − 1, a whole number z; two numbers of 16 bits hold the range.
   * "learnt": levels anywhere, 16 bits each.
   * "centred": levels (i − (levels − 1)/2)·step, around 0; one number of 16 bits holds the step.
   */
  readonly kind: (typeof KINDS)[number];
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
  if (!KINDS.includes(kind))
    throw new RangeError(`kind must be "uniform", "learnt" or "centred"; got ${shown(kind)}.`);
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
