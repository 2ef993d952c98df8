import { shown } from "../../common/shown";

/** Seven bits of the number in each byte, the lowest first; the eighth says that another byte follows. */
const BITS = 7;
const LOW = 2 ** BITS - 1;
const MORE = 2 ** BITS;
/** The sign bit in the last byte of a signed number: all higher bits equal it. */
const SIGN = 2 ** (BITS - 1);

/**
 * The bytes of an integer from 0 to 2^32 − 1 in LEB128, as WebAssembly writes sizes and indices.
 * @throws RangeError for any other number.
 */
export function unsignedLeb128(x: number): number[] {
  if (x >>> 0 !== x) throw new RangeError(`Expected an integer from 0 to 2^32 − 1; got ${shown(x)}.`);
  return x < MORE ? [x] : [(x & LOW) | MORE, ...unsignedLeb128(x >>> BITS)];
}

/**
 * The bytes of an integer from −2^63 to 2^63 − 1 in signed LEB128, as WebAssembly writes constants.
 * @throws RangeError for any other number.
 */
export function signedLeb128(x: number | bigint): number[] {
  if (typeof x === "number" ? (x | 0) !== x : BigInt.asIntN(64, x) !== x)
    throw new RangeError(
      `Expected an integer from −2^31 to 2^31 − 1, or a bigint from −2^63 to 2^63 − 1; got ${shown(x)}.`,
    );
  let rest = BigInt(x);
  const bytes: number[] = [];
  for (;;) {
    const low = Number(BigInt.asUintN(BITS, rest));
    if (rest >= -SIGN && rest < SIGN) return [...bytes, low];
    bytes.push(low | MORE);
    rest >>= BigInt(BITS);
  }
}
