/** Longer texts of errors are cut: no reader reads more, and no front end shows it. */
const longest = 100_000;

/**
 * What a reader's value says of itself, as text. Reading a value may throw (getters, `toString`, its own inspection,
 * proxies); the text then says so.
 */
export function textOf(read: () => unknown, what: string): string {
  const text = orElse(() => String(read()), `(${what} cannot be read: reading it throws an error)`);
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}… (${text.length - longest} more characters)`;
}

/** What `read` gives, or `otherwise` if reading a reader's value throws. */
export function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
