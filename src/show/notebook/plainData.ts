/** A copy of a value as JSON holds it: typed arrays become arrays, big integers numbers, NaN and ±Infinity null. */
export function plainData<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, entry: unknown) => plain(entry))) as T;
}

function plain(entry: unknown): unknown {
  if (typeof entry === "bigint") return Number(entry);
  if (ArrayBuffer.isView(entry) && !(entry instanceof DataView)) return Array.from(entry as Uint8Array);
  return entry;
}
