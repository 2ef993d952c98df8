/** Longer texts of errors are cut: no reader reads them, and no front end shows them. */
const longest = 100_000;

/**
 * What a value of the reader's says of itself, as text. Values may throw when they are read (getters, `toString`, their
 * own inspection, proxies); the text then says that instead.
 */
export function textOf(read: () => unknown, what: string): string {
  const text = orElse(() => String(read()), `(${what} cannot be read: reading it throws an error)`);
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}… (${text.length - longest} more characters)`;
}

/** What `read` gives, or the second value if a value of the reader's throws when it is read. */
export function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
