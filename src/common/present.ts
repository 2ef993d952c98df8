/** A value that cannot be missing here; throws an Error with its name if it is undefined or null after all. */
export function present<T>(value: T, name: string): NonNullable<T> {
  if (value === undefined || value === null) throw new Error(`${name} is missing.`);
  return value;
}
