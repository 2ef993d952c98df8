import { present } from "../../common/present";
import { shown } from "../../common/shown";
import { type Dyadic, dyadic, isDyadic, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import { flatLayer } from "./flatLayer";
import type { Layer } from "./layer";
import { checkNetwork, type ReluNetwork } from "./reluNetwork";
import { createSizeGuard } from "./sizeGuard";
import type { Vector } from "./vector";

/** One exact step x ↦ activation(W x + c). */
function step(layer: Layer, x: Vector): Vector {
  const { start, column, mantissa, unit, exponent, biasMagnitude, biasExponent, biased, mirrored } =
    flatLayer(layer);
  const relu = layer.activation === "relu";
  const width = layer.width;
  const out: Vector = { magnitude: new Array(width), sign: new Array(width), exponent: new Array(width) };
  // The row's value is sign·sum·2^e, sum ≥ 0. The smaller magnitude is subtracted from the larger: no sum is negated.
  let sum = 0n;
  let sign = 0;
  let e = 0;
  // Rows of one layer often have the same bias and shift.
  let shiftedBias = 0n;
  let shiftedRow = -1;
  let shiftedBy = -1;
  for (let r = 0; r < width; r++) {
    if (mirrored[r] === 1) sign = -sign;
    else {
      sign = 0;
      for (let i = start[r], end = start[r + 1]; i < end; i++) {
        const from = column[i];
        const itsSign = x.sign[from];
        if (itsSign === 0) continue;
        const te = exponent[i] + x.exponent[from];
        const w = unit[i];
        let term = w === 0 ? mantissa[i] * x.magnitude[from] : x.magnitude[from];
        let termSign = w === 0 ? itsSign : w * itsSign;
        if (term < 0n) {
          term = -term;
          termSign = -termSign;
        }
        if (sign === 0) {
          sum = term;
          sign = termSign;
          e = te;
          continue;
        }
        if (te < e) {
          sum <<= BigInt(e - te);
          e = te;
        } else if (te > e) term <<= BigInt(te - e);
        if (sign === termSign) sum += term;
        else if (sum > term) sum -= term;
        else {
          sum = term - sum;
          sign = sum === 0n ? 0 : termSign;
        }
      }
      const biasSign = biased[r];
      if (biasSign !== 0) {
        const be = biasExponent[r];
        if (sign === 0) {
          sum = biasMagnitude[r];
          sign = biasSign;
          e = be;
        } else {
          if (be < e) {
            sum <<= BigInt(e - be);
            e = be;
          }
          if (be - e !== shiftedBy || (shiftedRow !== r && biasMagnitude[shiftedRow] !== biasMagnitude[r])) {
            shiftedBy = be - e;
            shiftedRow = r;
            shiftedBias = biasMagnitude[r] << BigInt(shiftedBy);
          }
          if (sign === biasSign) sum += shiftedBias;
          else if (sum > shiftedBias) sum -= shiftedBias;
          else {
            sum = shiftedBias - sum;
            sign = sum === 0n ? 0 : biasSign;
          }
        }
      }
    }
    const cut = relu && sign < 0;
    out.magnitude[r] = cut ? 0n : sum;
    out.sign[r] = cut ? 0 : sign;
    out.exponent[r] = e;
  }
  return out;
}

function readPoint(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Vector {
  checkNetwork(network);
  if (point === null || typeof point !== "object" || point.length !== network.input)
    throw new RangeError(`The network takes a point of ${network.input} coordinates; got ${shown(point)}.`);
  const x: Vector = { magnitude: [], sign: [], exponent: [] };
  for (let i = 0; i < point.length; i++) {
    const coordinate = point[i];
    if (typeof coordinate === "number" ? !Number.isFinite(coordinate) : !isDyadic(coordinate))
      throw new RangeError(
        `Coordinate ${i} must be a finite number or a dyadic {m, e}; got ${shown(coordinate)}.`,
      );
    const { m, e } = typeof coordinate === "number" ? fromNumber(coordinate) : coordinate;
    x.magnitude.push(m < 0n ? -m : m);
    x.sign.push(m < 0n ? -1 : m > 0n ? 1 : 0);
    x.exponent.push(e);
  }
  return x;
}

const toDyadics = ({ magnitude, sign, exponent }: Vector): Dyadic[] =>
  magnitude.map((m, i) => (sign[i] === 0 ? ZERO : dyadic(sign[i] === 1 ? m : -m, exponent[i])));

/** The values after each layer, one layer after another. */
function* steps(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Generator<Vector> {
  let x = readPoint(network, point);
  const guard = createSizeGuard();
  for (const [index, layer] of network.layers.entries()) {
    guard(layer, x, index);
    x = step(layer, x);
    yield x;
  }
}

/**
 * The exact value network(point), computed layer by layer in dyadic arithmetic; floats are taken exactly.
 * @throws RangeError for a point of the wrong length, a coordinate that is not a finite number, or, naming the
 *   layer, for exact values that would not fit in memory (2^28 binary digits each, 2^33 together).
 */
export function evaluateNetwork(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Dyadic[] {
  let last: Vector | undefined;
  for (const x of steps(network, point)) last = x;
  return toDyadics(present(last, "A network's last layer"));
}

/**
 * The exact values of every neuron, layer by layer; the last entry is network(point).
 * @throws what evaluateNetwork throws.
 */
export function traceNetwork(network: ReluNetwork, point: ArrayLike<Dyadic | number>): Dyadic[][] {
  return Array.from(steps(network, point), toDyadics);
}
