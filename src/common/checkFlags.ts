import { shown } from "./shown";
/** @throws TypeError naming the first value that is neither true nor false; undefined is allowed. */
export function checkFlags(values: Readonly<Record<string, unknown>>): void {
  check(values, (value) => typeof value === "boolean", "true or false");
}

/** @throws TypeError naming the first value that is no function; undefined is allowed. */
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
