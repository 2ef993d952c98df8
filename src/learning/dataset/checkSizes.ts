/** @throws RangeError where sizes differ; the message starts with `begin` and names both. */
export function checkSizes(begin: string, sizes: readonly number[], got: readonly number[]): void {
  if (got.length !== sizes.length || got.some((size, i) => size !== sizes[i]))
    throw new RangeError(`${begin} sizes ${sizes.join(", ")}; got ${got.join(", ") || "none"}.`);
}
