import { shown } from "../../common/shown";
import { multiply } from "../../theory/exact/arithmetic";
import { type Dyadic, dyadic, ONE } from "../../theory/exact/dyadic";
import { fromNumber, toNumber } from "../../theory/exact/toNumber";
import { bitReader, packBits } from "../../theory/network/bitReader";
import { inputParameter } from "../../theory/network/inputParameter";
import { levelSteps } from "../../theory/network/levelSteps";
import { rangeNetwork } from "../../theory/network/rangeNetwork";
import { compose } from "../../theory/relu/compose";
import { evaluateNetwork } from "../../theory/relu/evaluateNetwork";
import { affine, type ReluNetwork, reluNetwork } from "../../theory/relu/reluNetwork";
import { uniformBook } from "./codeBook";
import type { QuantisedNumbers } from "./quantiseNumbers";

/** All trained numbers of an adapter in three, and the ReLU network that gives them back. */
export type ThreeNumbers = {
  /** k ↦ the k-th trained number, k = 1 … count, exactly; its intrinsic parameters are v, s and b. */
  readonly network: ReluNetwork;
  /** 0.(first bits of all numbers)(second bits of all numbers) … */
  readonly v: Dyadic;
  /** The range: a number is s·0.(its bits) + b. */
  readonly s: Dyadic;
  readonly b: Dyadic;
  /** How many numbers there are, and the width of one. */
  readonly count: number;
  readonly width: number;
  /** What each of the three is written in: v in count·width bits, s and b as the two 16-bit numbers of the code book. */
  readonly bits: { readonly v: number; readonly s: number; readonly b: number };
  /** Reads all of them by the network, each rounded to the nearest float32, ties to even, for each parameter a list. */
  read(): Float32Array[];
};

/**
 * Packs quantised numbers into three real ones, which a fixed exact ReLU network reads (Theorem 2.3's reader of bits;
 * that it reads an adapter is ours): φ(k) = s·Σ_l 2^{−l}·(bit l of number k) + b. Apart from v, s and b the network
 * depends on how many numbers there are and how wide, never on their values.
 * @throws RangeError for another quantiser than one uniform one for all numbers with 2^width levels, and for more than
 *   65,536 bits.
 */
export function adapterInThreeNumbers({ quantiser, books, symbols }: QuantisedNumbers): ThreeNumbers {
  const { kind, levels, perLayer = false } = quantiser;
  const width = Math.log2(levels);
  if (kind !== "uniform" || perLayer || !Number.isInteger(width)) {
    throw new RangeError(
      `Three numbers need one uniform quantiser of 2, 4, 8 … levels for all; got ${shown(quantiser)}: quantise anew.`,
    );
  }
  const all = symbols.flatMap((each) => [...each]);
  const count = all.length;
  const bits = new Uint8Array(count * width);
  for (const [k, symbol] of all.entries())
    for (let l = 0; l < width; l++) bits[l * count + k] = (symbol >> (width - 1 - l)) & 1;
  const v = packBits(bits);
  const { step, z } = uniformBook(books[0]);
  const s = multiply(fromNumber(step), dyadic(BigInt(levels)));
  const b = multiply(fromNumber(step), dyadic(BigInt(z)));
  const network = compose(
    [
      inputParameter(1, v),
      reluNetwork(bitReader(1, levelSteps(count, width))),
      affine({ inputs: 2, outputs: 1, weights: [[0, 1, ONE]] }),
      rangeNetwork(s, b),
    ],
    { sign: "nonnegative" },
  );
  const read = () => {
    let k = 0;
    return symbols.map(({ length }) =>
      Float32Array.from({ length }, () => toNumber(evaluateNetwork(network, [++k])[0])),
    );
  };
  return { network, v, s, b, count, width, bits: { v: count * width, s: 16, b: 16 }, read };
}
