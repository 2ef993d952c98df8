/**
 * Refuses options that a function does not know, such as those of another library: they would be left out in silence.
 * @throws TypeError naming the first of them and those that are known.
 */
export function checkKeys(what: string, options: object, known: Readonly<Record<string, true>>): void {
  const names = Object.keys(known).join(", ");
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const got = typeof options === "string" ? JSON.stringify(options) : String(options);
    throw new TypeError(`${what} takes an object of options (${names}); got ${got}.`);
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined)
    throw new TypeError(`${what} has no option ${unknown}; those it has are ${names}.`);
}
