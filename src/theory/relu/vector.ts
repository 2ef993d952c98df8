/**
 * A vector of numbers sign[i]·magnitude[i]·2^exponent[i], not in lowest terms: shifting and negating long numbers
 * is dearer than remembering.
 */
export type Vector = { magnitude: bigint[]; sign: number[]; exponent: number[] };
