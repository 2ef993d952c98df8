/** Computes a value when it is asked for the first time, and keeps it. */
export function lazy<T>(build: () => T): () => T {
  let value: { readonly it: T } | undefined;
  return () => {
    value ??= { it: build() };
    return value.it;
  };
}
