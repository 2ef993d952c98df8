/**
 * Sizes that no construction of the paper exceeds; beyond them no evaluation ends. The largest have d·n = 24, so
 * J = 2^24 cubes: φ₁'s last weights are up to 2^{2J}, the sawtooth's first are 2^{−2J−1}, a_ℓ has 2J bits.
 */

/** Exponents of weights and biases, by magnitude: twice 2J. */
export const MAX_EXPONENT = 2 ** 26;
/** Decimal digits of a mantissa: as many as 2J bits need. */
export const MAX_DIGITS = Math.ceil(2 ** 25 * Math.log10(2));
/** Binary digits of one exact value. In φ₁'s last strip a_ℓ·y has 4J and those of x: less than a third of this. */
export const MAX_VALUE_BITS = 2 ** 28;
/** Binary digits of a layer's exact values together, 1 GiB: 2^24 neurons at a float64 point have fewer. */
export const MAX_LAYER_BITS = 2 ** 33;

/**
 * Weights and biases in a file. Memory is a tighter limit than d·n: n bits for each of J cubes, written out layer by
 * layer, take 12nJ entries, 12.6 million for n = 16, J = 2^16.
 */
export const MAX_ENTRIES = 2 ** 24;
/** Layers in a file: about twice the 2J + 5 of n = 16, and about twice those that read 65,536 bits. */
export const MAX_LAYERS = 2 ** 18;
/** Neurons in a file without an entry of their own: the constructions have none. */
export const MAX_SILENT = 2 ** 20;
/** Values in a text: four and an array for each entry, and room for the rest. */
export const MAX_VALUES = 6 * MAX_ENTRIES;
