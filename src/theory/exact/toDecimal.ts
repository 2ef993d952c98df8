import { shown } from "../../common/shown";
import { type Dyadic, dyadic } from "./dyadic";

/** Writes |m|·base^−places as digits with a point; `digits` are those of |m| in that base. */
function placePoint(digits: string, places: number): string {
  if (places === 0) return digits;
  const padded = digits.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** The exact decimal expansion, such as "-0.375". */
export function toDecimal(x: Dyadic): string {
  const magnitude = x.m < 0n ? -x.m : x.m;
  const sign = x.m < 0n ? "-" : "";
  if (x.e >= 0) return sign + (magnitude << BigInt(x.e)).toString();
  return sign + placePoint((magnitude * 5n ** BigInt(-x.e)).toString(), -x.e);
}

/** The exact binary expansion, such as "-0.011". */
export function toBinary(x: Dyadic): string {
  const magnitude = x.m < 0n ? -x.m : x.m;
  const sign = x.m < 0n ? "-" : "";
  if (x.e >= 0) return sign + (magnitude << BigInt(x.e)).toString(2);
  return sign + placePoint(magnitude.toString(2), -x.e);
}

/**
 * Reads what toDecimal (radix 10) or toBinary (radix 2) wrote.
 * @throws SyntaxError for other text, RangeError for a decimal such as 0.1 that is not a dyadic number.
 */
export function parseDyadic(text: string, radix: 2 | 10 = 10): Dyadic {
  const pattern = radix === 10 ? /^(-?)(\d+)(?:\.(\d+))?$/ : /^(-?)([01]+)(?:\.([01]+))?$/;
  const match = pattern.exec(text);
  if (match === null)
    throw new SyntaxError(
      `parseDyadic expects ${radix === 10 ? 'decimal digits like "-0.375"' : 'binary digits like "-0.011"'}; got ${shown(text)}.`,
    );
  const [, sign, whole, fraction = ""] = match;
  const digits = BigInt((radix === 10 ? "" : "0b") + whole + fraction);
  const m = sign === "-" ? -digits : digits;
  if (radix === 2) return dyadic(m, -fraction.length);
  // m·10^−k = (m / 5^k)·2^−k is dyadic exactly if 5^k divides m.
  const fives = 5n ** BigInt(fraction.length);
  if (m % fives !== 0n)
    throw new RangeError(`${shown(text)} is not of the form m·2^e; give a binary fraction such as 0.375.`);
  return dyadic(m / fives, -fraction.length);
}
