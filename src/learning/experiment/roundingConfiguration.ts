import { flag, type JsonCheck, number, oneOf, record } from "../../common/jsonCheck";
import { KINDS, MOST_LEVELS, type Quantiser } from "../code/quantiser";

/** The name of rounding among the methods of phases. */
export const ROUNDING = "rounding";

/** Phases at the end of a run whose numbers are sent: one that trains them, one that rounds them. */
export const SENT = 2;

/** A phase that goes on with the numbers of the phase before it, rounded at every step as `withRounding` does. */
export type RoundingConfiguration = { readonly name: typeof ROUNDING } & Quantiser;

/** Refuses anything but a configuration of rounding, and names the path of the fault. */
export const checkRounding: JsonCheck = record(
  { name: oneOf(ROUNDING), kind: oneOf(...KINDS), levels: number(2, MOST_LEVELS, true) },
  { perLayer: flag },
);

/** The quantiser of a phase that rounds. */
export function quantiserOf({ name: _, ...quantiser }: RoundingConfiguration): Quantiser {
  return quantiser;
}
