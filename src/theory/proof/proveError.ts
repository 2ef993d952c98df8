import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { abs, add, compare, multiply, power, scale, subtract } from "../exact/arithmetic";
import { bitLength } from "../exact/bitLength";
import { type Dyadic, ZERO } from "../exact/dyadic";
import { numberAbove, numberBelow } from "../exact/numberBelow";
import { fromNumber, toNumber } from "../exact/toNumber";
import { networkToJSON } from "../relu/networkToJSON";
import { checkNetwork, type ReluNetwork } from "../relu/reluNetwork";
import type { Target } from "../target/target";
import type { CertificateFile } from "./certificateFile";
import { encloseNetwork, type InputBox, volumeOf } from "./encloseNetwork";
import { errorOnBox } from "./errorOnBox";
import { overlappingBoxes } from "./overlappingBoxes";
import { checkFileModulus, strayFrom } from "./strayFrom";

/** Norm, boxes and effort of `proveError`. */
export type ProofOptions = {
  /** An integer p from 1 to 64, or Infinity (default). */
  readonly norm?: number;
  /** The boxes on which the error is enclosed, [from, to] along each axis; default [0,1]^d alone. */
  readonly boxes?: readonly (readonly (readonly [from: number, to: number])[])[];
  /** Cut boxes until upper − lower is at most this; default 1/10 of upper. */
  readonly tolerance?: number;
  /** Boxes examined at most; default 2000. Each is sent through the whole network, exactly. */
  readonly maxBoxes?: number;
};

/** What is known on a box, and where it was cut, if it was. */
type Part = {
  readonly box: InputBox;
  readonly point: readonly number[];
  readonly y: number;
  readonly least: Dyadic;
  readonly most: Dyadic;
  cut?: { readonly axis: number; readonly halves: readonly [Part, Part] };
};

/**
 * A certificate, and whether it is as narrow as asked. Never if `upper` is beyond float64, and Infinity: such a
 * certificate proves nothing from above, and is refused as a file.
 */
export type Proof = { readonly certificate: CertificateFile; readonly converged: boolean };

const larger = (x: Dyadic, y: Dyadic) => (compare(x, y) < 0 ? y : x);

/** log₂ x of a positive number, to about 50 bits. */
function logOf({ m, e }: Dyadic): number {
  const shift = Math.max(0, bitLength(m) - 53);
  return Math.log2(Number(m >> BigInt(shift))) + shift + e;
}

/** A float64 near x^(1/p), on the given side of it. */
function rootOf(x: Dyadic, p: number, side: "above" | "below"): number {
  if (x.m === 0n) return 0;
  const near = Math.min(2 ** (logOf(x) / p), Number.MAX_VALUE);
  for (let step = 2 ** -50; ; step *= 4) {
    const root = side === "above" ? near * (1 + step) + Number.MIN_VALUE : near * (1 - step);
    if (root === Infinity) return root;
    const against = compare(power(fromNumber(root), p), x);
    if (side === "above" ? against >= 0 : against <= 0) return root;
  }
}

/** A tree as its file writes it. */
const written = ({ y, cut }: Part): (number | readonly [number])[] =>
  cut === undefined ? [[y]] : [cut.axis, ...written(cut.halves[0]), ...written(cut.halves[1])];

/** Narrower boxes are not cut: nothing would be gained. */
const NARROWEST = 2 ** -40;

/**
 * A certificate of ‖φ − f‖ for any ReLU network R^d → R, by cutting boxes in two where the error may be largest; what
 * holds on a box is what checkCertificate will find there. Where weights are huge and signs of neurons are not known,
 * as on the strips of Theorem 2.1, it says little: `converged: false`.
 * @throws RangeError for options out of range, a network that is not R^d → R, or a modulus that a file cannot hold.
 */
export function proveError(network: ReluNetwork, f: Target, options: ProofOptions = {}): Proof {
  checkKeys("proveError", options, {
    norm: true,
    boxes: true,
    tolerance: true,
    maxBoxes: true,
  } satisfies Record<keyof ProofOptions, true>);
  checkNetwork(network);
  const d = f.dimension;
  if (network.input !== d || network.output !== 1)
    throw new RangeError(
      `proveError: f is a function of ${d} variables, but the network is R^${network.input} → R^${network.output}.`,
    );
  const {
    norm = Infinity,
    maxBoxes = 2000,
    boxes = [Array.from({ length: d }, () => [0, 1] as const)],
  } = options;
  if (norm !== Infinity) checkCount("proveError: norm", norm, 1, 64);
  checkCount("proveError: maxBoxes", maxBoxes, 1, Infinity);
  const { tolerance } = options;
  if (tolerance !== undefined && !(typeof tolerance === "number" && tolerance >= 0))
    throw new RangeError(`tolerance must be a number ≥ 0; got ${shown(tolerance)}.`);
  boxes.forEach((sides, i) => {
    const isSide = ([from, to]: readonly [number, number]) =>
      Number.isFinite(from) && Number.isFinite(to) && from < to;
    if (sides.length !== d || !sides.every(isSide))
      throw new RangeError(`proveError: boxes[${i}] must be ${d} pairs from < to; got ${shown(sides)}.`);
  });
  const twice = overlappingBoxes(boxes);
  if (twice !== undefined)
    throw new RangeError(
      `proveError: boxes must not overlap; got ${shown(boxes[twice[0]])} and ${shown(boxes[twice[1]])}, which do.`,
    );
  const modulus = checkFileModulus(f.modulus);
  let witness:
    | { readonly point: readonly number[]; readonly value: number; readonly error: Dyadic }
    | undefined;
  const examine = (box: InputBox): Part => {
    const point = box.map(([from, to]) => toNumber(scale(add(from, to), -1)));
    const y = f(point);
    const at = point.map(fromNumber);
    const { least, most } = errorOnBox(network, box, modulus, at, y);
    if (norm === Infinity) {
      const value = encloseNetwork(
        network,
        at.map((x) => [x, x] as const),
      ).low;
      const error = subtract(abs(subtract(value, fromNumber(y))), strayFrom(modulus, y, ZERO));
      if (witness === undefined || compare(witness.error, error) < 0) witness = { point, value: y, error };
    }
    return { box, point, y, least, most };
  };
  const roots = boxes.map((sides) =>
    examine(sides.map(([from, to]) => [fromNumber(from), fromNumber(to)] as const)),
  );
  const leaves = new Set(roots);
  let examined = roots.length;
  const ends = (): { lower: number; upper: number } => {
    if (norm === Infinity) {
      const below = larger(witness?.error ?? ZERO, ZERO);
      const above = [...leaves].reduce((most, leaf) => larger(most, leaf.most), below);
      return { lower: numberBelow(below), upper: numberAbove(above) };
    }
    const total = (side: "least" | "most") =>
      [...leaves].reduce(
        (sum, leaf) => add(sum, multiply(volumeOf(leaf.box), power(leaf[side], norm))),
        ZERO,
      );
    return { lower: rootOf(total("least"), norm, "below"), upper: rootOf(total("most"), norm, "above") };
  };
  /** How much cutting a box may gain. */
  const gain = ({ box, least, most }: Part): Dyadic =>
    norm === Infinity ? most : multiply(volumeOf(box), subtract(power(most, norm), power(least, norm)));
  const gains = new Map([...leaves].map((leaf) => [leaf, gain(leaf)] as const));
  let { lower, upper } = ends();
  // An upper end beyond float64 is as near as nothing.
  const enough = () => (upper === Infinity ? 0 : (tolerance ?? upper / 10));
  while (upper - lower > enough() && examined + 2 <= maxBoxes) {
    // As many at once as a tenth of all: the ends are added up anew after each.
    const worst = [...leaves]
      .filter(({ box }) => box.some(([from, to]) => toNumber(subtract(to, from)) > NARROWEST))
      .sort((a, b) => compare(gains.get(b) ?? ZERO, gains.get(a) ?? ZERO))
      .slice(0, Math.max(1, Math.min(Math.floor(leaves.size / 10), Math.floor((maxBoxes - examined) / 2))));
    if (worst.length === 0) break;
    for (const leaf of worst) {
      if (norm === Infinity && toNumber(leaf.most) <= lower + enough()) continue;
      const widths = leaf.box.map(([from, to]) => toNumber(subtract(to, from)));
      const axis = widths.indexOf(Math.max(...widths));
      const middle = scale(add(...leaf.box[axis]), -1);
      const half = (from: Dyadic, to: Dyadic) =>
        examine(leaf.box.map((side, i) => (i === axis ? ([from, to] as const) : side)));
      const [from, to] = leaf.box[axis];
      leaf.cut = { axis, halves: [half(from, middle), half(middle, to)] };
      leaves.delete(leaf);
      for (const part of leaf.cut.halves) {
        leaves.add(part);
        gains.set(part, gain(part));
      }
      examined += 2;
    }
    ({ lower, upper } = ends());
  }
  const certificate: CertificateFile = Object.freeze({
    format: "certificate/1",
    network: networkToJSON(network).checksum as string,
    modulus,
    norm: norm === Infinity ? "Infinity" : norm,
    lower,
    upper,
    boxes: roots.map((root, i) => ({ box: boxes[i], tree: written(root) })),
    ...(norm === Infinity &&
      lower > 0 &&
      witness && { witness: { point: witness.point, value: witness.value } }),
  });
  return Object.freeze({ certificate, converged: upper - lower <= enough() });
}
