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
 * The bytes of an integer from −2^31 to 2^31 − 1 in signed LEB128, as WebAssembly writes constants.
 * @throws RangeError for any other number.
 */
export function signedLeb128(x: number): number[] {
  if ((x | 0) !== x) throw new RangeError(`Expected an integer from −2^31 to 2^31 − 1; got ${shown(x)}.`);
  return x >= -SIGN && x < SIGN ? [x & LOW] : [(x & LOW) | MORE, ...signedLeb128(x >> BITS)];
}
