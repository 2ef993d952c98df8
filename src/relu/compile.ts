import type { Layer } from "./layer";

/** A layer as flat arrays: row r owns the entries start[r] … start[r+1]−1, by falling exponent. */
export type CompiledLayer = {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly mantissa: readonly bigint[];
  readonly exponent: Int32Array;
  readonly biasMantissa: readonly bigint[];
  readonly biasExponent: Int32Array;
  /** 1 where a row is the negative of the row before it, as in the pair σ(z), σ(−z). */
  readonly mirrored: Uint8Array;
};

const compiled = new WeakMap<Layer, CompiledLayer>();

function build(layer: Layer): CompiledLayer {
  const count = layer.weights.length;
  const start = new Int32Array(layer.width + 1);
  for (const { row } of layer.weights) start[row + 1]!++;
  for (let r = 0; r < layer.width; r++) start[r + 1]! += start[r]!;
  const column = new Int32Array(count);
  const exponent = new Int32Array(count);
  const mantissa = new Array<bigint>(count);
  for (let r = 0; r < layer.width; r++) {
    const row = layer.weights.slice(start[r]!, start[r + 1]!);
    // Falling exponents let a row be summed as by Horner: the sum is shifted, never the terms.
    row.sort((u, v) => v.value.e - u.value.e);
    row.forEach((weight, k) => {
      const i = start[r]! + k;
      column[i] = weight.column;
      exponent[i] = weight.value.e;
      mantissa[i] = weight.value.m;
    });
  }
  const biasMantissa = new Array<bigint>(layer.width).fill(0n);
  const biasExponent = new Int32Array(layer.width);
  for (const { row, value } of layer.biases) {
    biasMantissa[row] = value.m;
    biasExponent[row] = value.e;
  }
  const mirrored = new Uint8Array(layer.width);
  for (let r = 1; r < layer.width; r++) {
    const length = start[r + 1]! - start[r]!;
    let same =
      length > 0 &&
      length === start[r]! - start[r - 1]! &&
      biasMantissa[r] === -biasMantissa[r - 1]! &&
      biasExponent[r] === biasExponent[r - 1];
    for (let i = start[r]!; same && i < start[r + 1]!; i++)
      same =
        column[i] === column[i - length] &&
        exponent[i] === exponent[i - length] &&
        mantissa[i] === -mantissa[i - length]!;
    mirrored[r] = same ? 1 : 0;
  }
  return { start, column, mantissa, exponent, biasMantissa, biasExponent, mirrored };
}

/** The flat form of a layer, built once for each layer object. */
export function compile(layer: Layer): CompiledLayer {
  let flat = compiled.get(layer);
  if (flat === undefined) {
    flat = build(layer);
    compiled.set(layer, flat);
  }
  return flat;
}
