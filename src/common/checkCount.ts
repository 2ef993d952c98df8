import { shown } from "./shown";
/**
 * Checks a number of samples, rows or bars; Infinity is allowed if `most` is Infinity.
 * @throws RangeError unless the value is an integer from `least` to `most`.
 */
export function checkCount(what: string, value: number, least: number, most: number): number {
  if (
    (Number.isInteger(value) || (value === Infinity && most === Infinity)) &&
    value >= least &&
    value <= most
  )
    return value;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${what} must be an integer ${range}; got ${shown(value)}.`);
}
