import { shown } from "./shown";
/** @throws TypeError naming the first of the values that is neither true nor false; what is absent passes. */
export function checkFlags(values: Readonly<Record<string, unknown>>): void {
  check(values, (value) => typeof value === "boolean", "true or false");
}

/** @throws TypeError naming the first of the values that is no function; what is absent passes. */
export function checkFunctions(values: Readonly<Record<string, unknown>>): void {
  check(values, (value) => typeof value === "function", "a function");
}

function check(
  values: Readonly<Record<string, unknown>>,
  fits: (value: unknown) => boolean,
  what: string,
): void {
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && !fits(value))
      throw new TypeError(`${name} must be ${what}; got ${shown(value)}.`);
}
