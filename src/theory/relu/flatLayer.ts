import { type Extent, extentOf } from "./extent";
import type { Layer } from "./layer";

/** A layer as flat arrays: row r has the entries start[r] … start[r+1]−1, sorted by falling exponent. */
export type FlatLayer = {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly mantissa: readonly bigint[];
  /** 1 or −1 where the mantissa is 1n or −1n, otherwise 0: comparing numbers is cheaper than comparing bigints. */
  readonly unit: Int8Array;
  readonly exponent: Int32Array;
  readonly biasMagnitude: readonly bigint[];
  readonly biasExponent: Int32Array;
  /** The sign of each row's bias, 0 without one. */
  readonly biased: Int8Array;
  /** 1 where a row is the negative of the row before it, as in the pair σ(z), σ(−z). */
  readonly mirrored: Uint8Array;
  /** Where the digits of weights and of biases stand; by how many digits a row's sum may be longer than its terms. */
  readonly weighs: Extent;
  readonly shifts: Extent;
  readonly carries: number;
};

const known = new WeakMap<Layer, FlatLayer>();

function flatten(layer: Layer): FlatLayer {
  const count = layer.weights.length;
  const start = new Int32Array(layer.width + 1);
  for (const { row } of layer.weights) start[row + 1]++;
  for (let r = 0; r < layer.width; r++) start[r + 1] += start[r];
  const column = new Int32Array(count);
  const exponent = new Int32Array(count);
  const unit = new Int8Array(count);
  const mantissa = new Array<bigint>(count);
  for (let r = 0; r < layer.width; r++) {
    const row = layer.weights.slice(start[r], start[r + 1]);
    // With falling exponents a row is summed as in Horner's scheme: the sum is shifted, not the terms.
    row.sort((u, v) => v.value.e - u.value.e);
    row.forEach((weight, k) => {
      const i = start[r] + k;
      column[i] = weight.column;
      exponent[i] = weight.value.e;
      mantissa[i] = weight.value.m;
      unit[i] = weight.value.m === 1n ? 1 : weight.value.m === -1n ? -1 : 0;
    });
  }
  const biasMagnitude = new Array<bigint>(layer.width).fill(0n);
  const biasExponent = new Int32Array(layer.width);
  const biased = new Int8Array(layer.width);
  for (const { row, value } of layer.biases) {
    biasMagnitude[row] = value.m < 0n ? -value.m : value.m;
    biasExponent[row] = value.e;
    biased[row] = value.m === 0n ? 0 : value.m < 0n ? -1 : 1;
  }
  const mirrored = new Uint8Array(layer.width);
  for (let r = 1; r < layer.width; r++) {
    const length = start[r + 1] - start[r];
    let same =
      length > 0 &&
      length === start[r] - start[r - 1] &&
      biasMagnitude[r] === biasMagnitude[r - 1] &&
      biased[r] === -biased[r - 1] &&
      biasExponent[r] === biasExponent[r - 1];
    for (let i = start[r]; same && i < start[r + 1]; i++)
      same =
        column[i] === column[i - length] &&
        exponent[i] === exponent[i - length] &&
        mantissa[i] === -mantissa[i - length];
    mirrored[r] = same ? 1 : 0;
  }
  let most = 0;
  for (let r = 0; r < layer.width; r++) most = Math.max(most, start[r + 1] - start[r]);
  return {
    ...{ start, column, mantissa, unit, exponent, biasMagnitude, biasExponent, biased, mirrored },
    weighs: extentOf(layer.weights),
    shifts: extentOf(layer.biases),
    carries: Math.ceil(Math.log2(most + 1)),
  };
}

/** The flat form of a layer, built once for each layer object. */
export function flatLayer(layer: Layer): FlatLayer {
  let flat = known.get(layer);
  if (flat === undefined) {
    flat = flatten(layer);
    known.set(layer, flat);
  }
  return flat;
}
