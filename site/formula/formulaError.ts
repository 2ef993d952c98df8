/** A formula that cannot be read: what is wrong with it, for the reader who wrote it. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
}
