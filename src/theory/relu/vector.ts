/**
 * A vector of numbers sign[i]·magnitude[i]·2^exponent[i], not in lowest terms: shifting or negating long numbers
 * costs more than storing exponents and signs.
 */
export type Vector = { magnitude: bigint[]; sign: number[]; exponent: number[] };
