import { present } from "../../common/present";
import { type Dyadic, ONE, ZERO } from "../exact/dyadic";
import { layering, weigh } from "../relu/layering";
import type { ReluNetwork } from "../relu/reluNetwork";
import { bitFeed, type Feed, layFeeds, spreadFeed, sumFeed } from "./feeds";

/** What fits in memory for a network of distinct layers: its entries, and N biases of up to N bits. */
const MAX_ENTRIES = 12_000_000;
const MAX_BITS = 65_536;

/**
 * How N bits are divided among numbers of at most `digits` bits.
 * @throws RangeError if one had more than 65,536 bits, or the network more than 12 million entries.
 */
function divided(bits: number, digits: number, streams: number, others: number): readonly number[] {
  const counts = chunksOf(bits, digits);
  // Numbers that wait for their turn are carried along.
  const each = others + streams * (15 + counts.length);
  if (Math.min(bits, digits) > MAX_BITS || bits * each > MAX_ENTRIES)
    throw new RangeError(
      `This network would read ${bits} bits in turn, in about ${bits * each} entries, more than the ${MAX_BITS} and ${MAX_ENTRIES} that fit in memory; evaluate() works without it, or choose a smaller n.`,
    );
  return counts;
}

/** The sizes of the pieces, of at most `digits`, into which so many bits are cut. */
export function chunksOf(bits: number, digits: number): readonly number[] {
  const size = Math.min(bits, digits);
  return Array.from({ length: Math.ceil(bits / size) }, (_, i) => Math.min(size, bits - i * size));
}

/** A node, and what the next bit of each y weighs there. */
export type NodeStep = { readonly node: readonly number[]; readonly weights: readonly Dyadic[] };

/**
 * φ_out of the continuous construction: (Kx, y₁ … y_Y) ↦ Σ_m Σ_ℓ weight_{m,ℓ}·θ_{m,ℓ}·hat_{v_m}(x) + offset, with
 * θ_{m,ℓ} the m-th bit of y_ℓ. One neuron multiplies by a bit: θ·hat_v = σ(θ − T_v), because hat_v = σ(1 − T_v) and
 * T_v ≥ 0 [ours]. Layer m + d splits off the bits of step m. Of y_ℓ, cut into numbers of at most `digits` bits, all
 * pieces are inputs, one after another.
 * @throws RangeError if the network would be too large for memory.
 */
export function nodeReader(
  d: number,
  steps: readonly NodeStep[],
  { digits = Infinity, offset = ZERO }: { readonly digits?: number; readonly offset?: Dyadic } = {},
): ReluNetwork {
  const N = steps.length;
  const streams = steps[0].weights.length;
  const counts = divided(N, digits, streams, 14 * d);
  const layers = layering(d + streams * counts.length);
  const nodes = steps.map(({ node }) => node);
  const spreads = spreadFeed(layers.inputs.slice(0, d), nodes);
  const bits = Array.from({ length: streams }, (_, l) =>
    bitFeed(
      counts.map((count, i) => ({ input: layers.inputs[d + l * counts.length + i], bits: count })),
      d,
    ),
  );
  const sum = sumFeed();
  let done = 0;
  const products: Feed = {
    ask: () => {
      const T = spreads.spread();
      if (T === undefined) return [];
      return bits.map(({ bit }) =>
        weigh([
          [present(bit(), "the bit"), 1],
          [T, -1],
        ]),
      );
    },
    take: (neurons) => {
      if (neurons.length === 0) return;
      const { weights } = steps[done++];
      sum.add(weigh(neurons.map((each, l) => [each, weights[l]] as const)));
    },
  };
  // The last bits are split off in layer N − 1 + d, and their products laid in the next. Bits come first: in floating
  // point the two large neurons of a bit must be added to 0 or 1 before T, a fraction, joins them.
  for (let layer = 0; layer <= N + d; layer++) layFeeds(layers, [...bits, sum, products, spreads]);
  return layers.end([weigh([[sum.sum(), 1]], offset)]);
}

/**
 * φ_out for delta modulation: (Kx, v) ↦ (A, B), A = Σ_j 2σ(H_j + u_j − 1) and B = Σ_j H_j, j = 1 … J₊−1, for the tail
 * sums H_j = Σ_{k>j} hat of the k-th node ∈ [0, 1]. A − B = Σ_k hat_k·Σ_{j<k} (2u_j − 1), the interpolated walk [ours].
 * The last of the nodes has no bit. v may be cut into numbers of at most `digits` bits.
 * @throws RangeError if the network would be too large for memory.
 */
export function walkReader(d: number, nodes: readonly (readonly number[])[], digits = Infinity): ReluNetwork {
  const N = nodes.length - 1;
  const counts = divided(N, digits, 1, 14 * d + 16);
  const layers = layering(d + counts.length);
  const spreads = spreadFeed(layers.inputs.slice(0, d), nodes.slice(0, N));
  const bits = bitFeed(
    counts.map((count, i) => ({ input: layers.inputs[d + i], bits: count })),
    d + 1,
  );
  const [A, B] = [sumFeed(), sumFeed()];
  /** H_j, from Σ_k hat_k = 1 on the cube. */
  const tail = sumFeed(weigh([], ONE));
  const hats: Feed = {
    ask: () => {
      const T = spreads.spread();
      return T === undefined ? [] : [weigh([[T, -1]], 1)];
    },
    take: ([hat]) => {
      if (hat !== undefined) tail.add(weigh([[hat, -1]]));
    },
  };
  const products: Feed = {
    ask: () => {
      const u = bits.bit();
      if (u === undefined) return [];
      return [
        weigh(
          [
            [tail.sum(), 1],
            [u, 1],
          ],
          -1,
        ),
      ];
    },
    take: ([product]) => {
      if (product === undefined) return;
      A.add(weigh([[product, 2]]));
      // The feed of the tail is taken first: its neuron is the H that the product is made of.
      B.add(tail.sum());
    },
  };
  // Bits come first, as in nodeReader.
  for (let layer = 0; layer <= N + d + 1; layer++)
    layFeeds(layers, [bits, A, B, tail, products, hats, spreads]);
  return layers.end([A.sum(), B.sum()]);
}
