import { shown } from "../../common/shown";
import { abs, add, compare, multiply, power, scale, subtract } from "../exact/arithmetic";
import { ZERO } from "../exact/dyadic";
import { numberBelow } from "../exact/numberBelow";
import { fromNumber, toNumber } from "../exact/toNumber";
import { networkToJSON } from "../relu/networkToJSON";
import type { ReluNetwork } from "../relu/reluNetwork";
import type { CertificateFile } from "./certificateFile";
import { encloseNetwork, type InputBox, volumeOf } from "./encloseNetwork";
import { errorOnBox } from "./errorOnBox";
import { overlappingBoxes } from "./overlappingBoxes";
import { checkFileModulus, strayFrom } from "./strayFrom";

/** What is wrong with a certificate, and where. */
export class CertificateError extends Error {
  constructor(place: string, what: string) {
    super(`certificate/1, ${place}: ${what}.`);
    this.name = "CertificateError";
  }
}

/** Integer norms up to this: powers of exact numbers grow with p. */
const LARGEST_P = 64;

const isNumber = (x: unknown): x is number => typeof x === "number" && Number.isFinite(x);

/** @throws CertificateError unless the file has the fields of the format. */
function readFile(value: unknown, d: number): CertificateFile {
  const refuse = (place: string, expected: string, got: unknown): never => {
    throw new CertificateError(place, `expected ${expected}; got ${shown(got)}`);
  };
  if (typeof value !== "object" || value === null) refuse("the file", "an object", value);
  const file = value as CertificateFile;
  if (file.format !== "certificate/1") refuse("format", '"certificate/1"', file.format);
  const { norm, lower, upper, boxes, witness } = file;
  if (norm !== "Infinity" && !(Number.isInteger(norm) && norm >= 1 && norm <= LARGEST_P))
    refuse("norm", `"Infinity" or an integer from 1 to ${LARGEST_P}`, norm);
  if (!isNumber(lower) || lower < 0) refuse("lower", "a number ≥ 0", lower);
  if (!isNumber(upper) || upper < lower) refuse("upper", "a number ≥ lower", upper);
  if (!Array.isArray(boxes) || boxes.length === 0) refuse("boxes", "a list of boxes", boxes);
  boxes.forEach((each, i) => {
    const sides: unknown = each?.box;
    const isSide = (s: unknown) => Array.isArray(s) && s.length === 2 && s.every(isNumber) && s[0] < s[1];
    if (!Array.isArray(sides) || sides.length !== d || !sides.every(isSide))
      refuse(`boxes[${i}].box`, `${d} pairs from < to`, sides);
    if (!Array.isArray(each.tree)) refuse(`boxes[${i}].tree`, "a list", each.tree);
  });
  const twice = overlappingBoxes(boxes.map(({ box }) => box));
  if (twice !== undefined)
    throw new CertificateError(`boxes[${twice[1]}].box`, `it overlaps boxes[${twice[0]}].box`);
  const isPoint = (x: unknown) => Array.isArray(x) && x.length === d && x.every(isNumber);
  if (norm === "Infinity" && lower > 0 && !(isPoint(witness?.point) && isNumber(witness?.value)))
    refuse("witness", `a point of ${d} coordinates and a value`, witness);
  const { lipschitz, holder } = (file.modulus ?? {}) as { lipschitz?: number; holder?: { lambda: number } };
  const lambda = holder === undefined ? lipschitz : holder?.lambda;
  if (!isNumber(lambda) || lambda < 0) refuse("modulus", "lipschitz or holder", file.modulus);
  return file;
}

/** What a file proves: lower ≤ ‖φ − f‖ ≤ upper on boxes, and where these are. */
export type CheckedCertificate = {
  readonly lower: number;
  readonly upper: number;
  /** How many boxes the trees cut the file's boxes into. */
  readonly boxes: number;
  /** The volume of all boxes, rounded down. */
  readonly volume: number;
  /** The smallest box that all boxes are in. If it is [0,1]^d and the volume 1, then they are all of [0,1]^d. */
  readonly within: readonly (readonly [from: number, to: number])[];
};

/**
 * Checks a certificate for a network, from what its file says alone and in exact arithmetic: the file's boxes do not
 * overlap, their trees fill them, on each box |φ − f| is as small as `upper` needs, and `lower` is reached. With f, every
 * value that the file gives for it is compared with f. No code is shared with certifyError, and none with the search of
 * proveError but what holds on one box and whether boxes overlap; scripts/check_certificate.py, which shares nothing, does
 * the same in Python.
 * @throws CertificateError naming the place of what is not proved, or RangeError for a modulus that has no exact bounds.
 */
export function checkCertificate(
  certificate: unknown,
  network: ReluNetwork,
  f?: (x: ArrayLike<number>) => number,
): CheckedCertificate {
  const file = readFile(certificate, network.input);
  const modulus = checkFileModulus(file.modulus);
  const checksum = networkToJSON(network).checksum;
  if (network.output !== 1) throw new CertificateError("network", "φ must have one output");
  if (file.network !== checksum)
    throw new CertificateError(
      "network",
      `this is the certificate of ${shown(file.network)}, not of ${checksum}`,
    );
  const [lower, upper] = [fromNumber(file.lower), fromNumber(file.upper)];
  const compareValue = (place: string, x: readonly number[], y: number) => {
    const value = f?.(Float64Array.from(x));
    if (value !== undefined && value !== y)
      throw new CertificateError(place, `f(${x.join(", ")}) is ${value}, but the file says ${y}`);
  };
  const p = file.norm === "Infinity" ? undefined : file.norm;
  let [sumAbove, sumBelow, volume] = [ZERO, ZERO, ZERO];
  let leaves = 0;
  file.boxes.forEach(({ box: sides, tree }, i) => {
    // Boxes whose place in the tree comes next, the nearest last.
    const whole: InputBox = sides.map(([from, to]) => [fromNumber(from), fromNumber(to)] as const);
    volume = add(volume, volumeOf(whole));
    const open: InputBox[] = [whole];
    tree.forEach((entry, at) => {
      const place = `boxes[${i}].tree[${at}]`;
      const box = open.pop();
      if (box === undefined)
        throw new CertificateError(place, "the boxes before this are all there is to fill");
      const middle = box.map(([from, to]) => scale(add(from, to), -1));
      if (typeof entry === "number") {
        if (!Number.isInteger(entry) || entry < 0 || entry >= box.length)
          throw new CertificateError(
            place,
            `expected an axis from 0 to ${box.length - 1}; got ${shown(entry)}`,
          );
        const half = (lowerHalf: boolean) =>
          box.map(([from, to], axis) =>
            axis !== entry
              ? ([from, to] as const)
              : lowerHalf
                ? ([from, middle[axis]] as const)
                : ([middle[axis], to] as const),
          );
        open.push(half(false), half(true));
        return;
      }
      if (!Array.isArray(entry) || entry.length !== 1 || !isNumber(entry[0]))
        throw new CertificateError(place, `expected an axis or [f(centre)]; got ${shown(entry)}`);
      const x = middle.map(toNumber);
      const [y] = entry;
      compareValue(place, x, y);
      const { most, least } = errorOnBox(network, box, modulus, x.map(fromNumber), y);
      leaves++;
      if (p === undefined) {
        if (compare(most, upper) > 0)
          throw new CertificateError(
            place,
            `|φ − f| may be ${toNumber(most)} around (${x.join(", ")}), more than upper = ${file.upper}`,
          );
        return;
      }
      const part = volumeOf(box);
      sumAbove = add(sumAbove, multiply(part, power(most, p)));
      sumBelow = add(sumBelow, multiply(part, power(least, p)));
    });
    if (open.length > 0)
      throw new CertificateError(
        `boxes[${i}].tree[${tree.length}]`,
        `the tree ends, and ${open.length} boxes are not filled`,
      );
  });
  if (p !== undefined) {
    if (compare(sumAbove, power(upper, p)) > 0)
      throw new CertificateError("upper", "the boxes' bounds add up to more than its power");
    if (compare(sumBelow, power(lower, p)) < 0)
      throw new CertificateError("lower", "the boxes' bounds add up to less than its power");
  } else if (file.lower > 0 && file.witness !== undefined) {
    const { point, value } = file.witness;
    const inside = file.boxes.some(({ box }) =>
      box.every(([from, to], i) => from <= point[i] && point[i] <= to),
    );
    if (!inside) throw new CertificateError("witness", "the point is in none of the boxes");
    compareValue("witness", point, value);
    // At a point the enclosure is the value.
    const at = encloseNetwork(
      network,
      point.map((x) => [fromNumber(x), fromNumber(x)] as const),
    ).low;
    const reached = subtract(abs(subtract(at, fromNumber(value))), strayFrom(modulus, value, ZERO));
    if (compare(reached, lower) < 0)
      throw new CertificateError(
        "witness",
        `|φ − f| is only ${toNumber(reached)} there, less than lower = ${file.lower}`,
      );
  }
  const within = file.boxes[0].box.map((_, i): readonly [number, number] => {
    const sides = file.boxes.map(({ box }) => box[i]);
    return [
      sides.reduce((least, [from]) => Math.min(least, from), Infinity),
      sides.reduce((most, [, to]) => Math.max(most, to), -Infinity),
    ];
  });
  return { lower: file.lower, upper: file.upper, boxes: leaves, volume: numberBelow(volume), within };
}
