import type { Choice } from "./menu";

/** Something that a decoder needs, and what it costs. */
export type LedgerEntry = { readonly what: string; readonly bits: number };

/** Every bit that a decoder needs to rebuild a trained model. */
export type Ledger = {
  readonly entries: readonly LedgerEntry[];
  /** The sum over the entries: L of `certifyGeneralisation`. */
  readonly bits: number;
  /** The checksum of the menu, and what was chosen from it. */
  readonly menu: string;
  readonly choice: Choice;
};
