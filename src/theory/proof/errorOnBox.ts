import { add, compare, multiply, subtract } from "../exact/arithmetic";
import { type Dyadic, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import type { ReluNetwork } from "../relu/reluNetwork";
import { encloseNetwork, type InputBox } from "./encloseNetwork";
import { type FileModulus, strayFrom } from "./strayFrom";

/** least ≤ |φ − f| ≤ most on a box, from f's value y at the point `centre` of it. */
export function errorOnBox(
  network: ReluNetwork,
  box: InputBox,
  modulus: FileModulus,
  centre: readonly Dyadic[],
  y: number,
): { readonly least: Dyadic; readonly most: Dyadic } {
  let square = ZERO;
  box.forEach(([from, to], i) => {
    const [down, up] = [subtract(centre[i], from), subtract(to, centre[i])];
    const far = compare(down, up) < 0 ? up : down;
    square = add(square, multiply(far, far));
  });
  const stray = strayFrom(modulus, y, square);
  const { low, high } = encloseNetwork(network, box);
  const [above, below] = [subtract(high, fromNumber(y)), subtract(fromNumber(y), low)];
  const most = add(compare(above, below) < 0 ? below : above, stray);
  // Where all of φ is above f's value, or all of it below, the nearer end is this far away.
  const apart = compare(above, below) < 0 ? above : below;
  const least = subtract(ZERO, add(apart, stray));
  return { most, least: least.m < 0n ? ZERO : least };
}
