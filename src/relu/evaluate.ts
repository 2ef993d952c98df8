import { type Dyadic, dyadic, isDyadic } from "../exact/dyadic";
import { fromNumber } from "../exact/float64";
import { compile } from "./compile";
import type { Layer } from "./layer";
import type { ReluNetwork } from "./network";

/** A vector of numbers mantissa[i]·2^exponent[i], not in lowest terms: shifting is dearer than remembering. */
type Vector = { mantissa: bigint[]; exponent: number[] };

/** One exact step x ↦ activation(W x + c). */
function step(layer: Layer, x: Vector): Vector {
  const { start, column, mantissa, exponent, biasMantissa, biasExponent, mirrored } = compile(layer);
  const relu = layer.activation === "relu";
  const width = layer.width;
  const out: Vector = { mantissa: new Array<bigint>(width), exponent: new Array<number>(width) };
  let sum = 0n;
  let e = 0;
  // Rows of one layer tend to share their bias and its shift.
  let shiftedBias = 0n;
  let shiftedFrom = 0n;
  let shiftedBy = -1;
  for (let r = 0; r < width; r++) {
    if (mirrored[r] === 1) sum = -sum;
    else {
      sum = 0n;
      for (let i = start[r]!, end = start[r + 1]!; i < end; i++) {
        const value = x.mantissa[column[i]!]!;
        if (value === 0n) continue;
        const weight = mantissa[i]!;
        const term = weight === 1n ? value : weight * value;
        const te = exponent[i]! + x.exponent[column[i]!]!;
        if (sum === 0n) {
          sum = term;
          e = te;
        } else if (te === e) sum += term;
        else if (te < e) {
          sum = (sum << BigInt(e - te)) + term;
          e = te;
        } else sum += term << BigInt(te - e);
      }
      const bias = biasMantissa[r]!;
      if (bias !== 0n) {
        const be = biasExponent[r]!;
        if (sum === 0n) {
          sum = bias;
          e = be;
        } else {
          if (be < e) {
            sum <<= BigInt(e - be);
            e = be;
          }
          if (be - e !== shiftedBy || bias !== shiftedFrom) {
            shiftedBy = be - e;
            shiftedFrom = bias;
            shiftedBias = bias << BigInt(shiftedBy);
          }
          sum += shiftedBias;
        }
      }
    }
    out.mantissa[r] = relu && sum < 0n ? 0n : sum;
    out.exponent[r] = e;
  }
  return out;
}

function readPoint(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Vector {
  if (point === null || typeof point !== "object" || point.length !== network.input)
    throw new RangeError(
      `the network takes a point of ${network.input} coordinates, got ${point && typeof point === "object" ? point.length : String(point)}`,
    );
  const x: Vector = { mantissa: [], exponent: [] };
  for (let i = 0; i < point.length; i++) {
    const coordinate = point[i]!;
    if (typeof coordinate === "number" ? !Number.isFinite(coordinate) : !isDyadic(coordinate))
      throw new RangeError(
        `coordinate ${i} must be a finite number or a dyadic {m, e}, got ${String(coordinate)}`,
      );
    const { m, e } = typeof coordinate === "number" ? fromNumber(coordinate) : coordinate;
    x.mantissa.push(m);
    x.exponent.push(e);
  }
  return x;
}

const toDyadics = (x: Vector): Dyadic[] => x.mantissa.map((m, i) => dyadic(m, x.exponent[i]!));

/**
 * The exact value network(point), computed layer by layer in dyadic arithmetic; floats are taken exactly.
 * @throws RangeError for a point of the wrong length or a coordinate that is no finite number.
 */
export function evaluateNetwork(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Dyadic[] {
  let x = readPoint(network, point);
  for (const layer of network.layers) x = step(layer, x);
  return toDyadics(x);
}

/** The exact values of every neuron, layer by layer; the last entry is network(point). */
export function traceNetwork(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Dyadic[][] {
  let x = readPoint(network, point);
  return network.layers.map((layer) => {
    x = step(layer, x);
    return toDyadics(x);
  });
}
