import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";
import { type BiasTuple, type Layer, layer, type WeightTuple } from "../relu/layer";

/**
 * How a bit is used: each bit u_m of v and an index k ∈ [1, J] enter one neuron
 * w = σ(u_m + gate(k) − 1), where gate(k) = Σ slope·σ(k − knot) ∈ [0, 1], and weight·w is added to a sum.
 */
export type BitStep = {
  readonly gate: readonly { readonly knot: number; readonly slope: number }[];
  readonly weight: Dyadic;
};

/** What fits in memory for a network of distinct layers: its entries, and N biases of up to N bits. */
const MAX_ENTRIES = 12_000_000;
const MAX_STEPS = 65_536;

/**
 * Layers that read v = 0.u₁u₂…u_N bit by bit while carrying indices k_1 … k_C [ours; Theorem 2.3 needs a product].
 * Inputs (k_1, …, k_C, v), outputs (k_1, …, k_C, Σ_1, …, Σ_C) after σ, Σ_c = Σ_m weight_m σ(u_m + gate_m(k_c) − 1).
 *
 * y, a multiple of 2^{−(N−m+1)}, holds v's remaining bits. Its leading bit is u = σ(z+1) − σ(z) for
 * z = 2^{N−m+1}(y − ½), and y ← 2y − u drops it. Two layers for each bit: one splits off p = σ(z+1),
 * q = σ(z) and the gate's ramps, the next forms y and w.
 * @throws RangeError if the network would have more than 12 million entries or read more than 65,536 bits.
 */
export function bitReader(copies: number, steps: readonly BitStep[]): Layer[] {
  const N = steps.length;
  const entries = steps.reduce((sum, { gate }) => sum + copies * (3 * gate.length + 7) + 8, 0);
  if (entries > MAX_ENTRIES || N > MAX_STEPS)
    throw new RangeError(
      `This network would read ${N} bits in ${entries} entries, more than the ${MAX_STEPS} and ${MAX_ENTRIES} that fit in memory; evaluate() works without it, or choose a smaller n.`,
    );
  const layers: Layer[] = [];
  // Between two steps the values are: y (or v), then for each copy k, sum, w.
  let previous = {
    k: (c: number) => c,
    y: copies,
    sum: (_c: number) => -1,
    w: (_c: number) => -1,
    size: copies + 1,
  };
  let gained: Dyadic = ZERO;
  const minusOne = dyadic(-1n);
  steps.forEach(({ gate, weight }, index) => {
    const remaining = N - index; // y is a multiple of 2^−remaining
    const split: { weights: WeightTuple[]; biases: BiasTuple[] } = { weights: [], biases: [] };
    const steep = dyadic(1n, remaining);
    // z = 2^remaining·(y − ½)
    split.weights.push([0, previous.y, steep], [1, previous.y, steep], [2, previous.y, ONE]);
    split.biases.push([0, dyadic(1n - (1n << BigInt(remaining - 1)))], [1, dyadic(-1n, remaining - 1)]);
    const stride = 2 + gate.length;
    for (let c = 0; c < copies; c++) {
      const row = 3 + c * stride;
      split.weights.push([row, previous.k(c), ONE]);
      if (previous.sum(c) >= 0)
        split.weights.push([row + 1, previous.sum(c), ONE], [row + 1, previous.w(c), gained]);
      gate.forEach(({ knot }, i) => {
        split.weights.push([row + 2 + i, previous.k(c), ONE]);
        split.biases.push([row + 2 + i, dyadic(BigInt(-knot))]);
      });
    }
    layers.push(layer({ inputs: previous.size, width: 3 + copies * stride, ...split }));
    const merge: { weights: WeightTuple[]; biases: BiasTuple[] } = {
      weights: [
        [0, 2, dyadic(1n, 1)],
        [0, 0, minusOne],
        [0, 1, ONE],
      ],
      biases: [],
    };
    for (let c = 0; c < copies; c++) {
      const from = 3 + c * stride;
      const row = 1 + 3 * c;
      merge.weights.push(
        [row, from, ONE],
        [row + 1, from + 1, ONE],
        [row + 2, 0, ONE],
        [row + 2, 1, minusOne],
      );
      gate.forEach(({ slope }, i) => {
        merge.weights.push([row + 2, from + 2 + i, dyadic(BigInt(slope))]);
      });
      merge.biases.push([row + 2, minusOne]);
    }
    layers.push(layer({ inputs: 3 + copies * stride, width: 1 + 3 * copies, ...merge }));
    previous = {
      k: (c) => 1 + 3 * c,
      y: 0,
      sum: (c) => 2 + 3 * c,
      w: (c) => 3 + 3 * c,
      size: 1 + 3 * copies,
    };
    gained = weight;
  });
  const last: WeightTuple[] = [];
  for (let c = 0; c < copies; c++)
    last.push(
      [c, previous.k(c), ONE],
      [copies + c, previous.sum(c), ONE],
      [copies + c, previous.w(c), gained],
    );
  layers.push(layer({ inputs: previous.size, width: 2 * copies, weights: last }));
  return layers;
}

/** Bits joined at a time: a string that grew letter by letter to millions takes far longer to read. */
const CHUNK = 4096;

/** v = 0.u₁u₂…u_N as a dyadic number, from its bits. */
export function packBits(bits: ArrayLike<number>): Dyadic {
  const chunks: string[] = [];
  let chunk = "";
  for (let m = 0; m < bits.length; m++) {
    chunk += bits[m];
    if (chunk.length === CHUNK) {
      chunks.push(chunk);
      chunk = "";
    }
  }
  return bits.length === 0 ? ZERO : dyadic(BigInt(`0b${chunks.join("")}${chunk}`), -bits.length);
}
