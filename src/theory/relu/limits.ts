/**
 * Sizes beyond which no construction of the paper goes and no evaluation ends. Its largest have d·n = 24, so
 * J = 2^24 cubes: φ₁ ends with weights up to 2^{2J}, the sawtooth begins with 2^{−2J−1}, a_ℓ has 2J bits.
 */

/** Exponents of weights and biases, by magnitude: twice 2J. */
export const MAX_EXPONENT = 2 ** 26;
/** Decimal digits of a mantissa: those of 2J bits. */
export const MAX_DIGITS = Math.ceil(2 ** 25 * Math.log10(2));
/** Binary digits of one exact value: a_ℓ·y in φ₁'s last strip has 4J and those of x, less than a third of this. */
export const MAX_VALUE_BITS = 2 ** 28;
/** Binary digits of a layer's exact values together, 1 GiB: 2^24 neurons at a float64 point have less. */
export const MAX_LAYER_BITS = 2 ** 33;

/**
 * Weights and biases in a file. Memory ends before d·n does: written out layer by layer, n bits for each of J cubes
 * take 12nJ entries, 12.6 million for n = 16, J = 2^16.
 */
export const MAX_ENTRIES = 2 ** 24;
/** Layers in a file: twice the 2J + 5 of n = 16, and as many times those that read 65,536 bits. */
export const MAX_LAYERS = 2 ** 18;
/** Neurons in a file without an entry of their own: the constructions have none. */
export const MAX_SILENT = 2 ** 20;
/** Values in a text: four and an array for each entry, and what stands around them. */
export const MAX_VALUES = 6 * MAX_ENTRIES;
