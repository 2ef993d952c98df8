type Fields = Record<PropertyKey, unknown>;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Like Node's `isDeepStrictEqual`: equal kinds, entries and fields; NaN equals itself, 0 and −0 differ. */
export function sameDeeply(a: unknown, b: unknown): boolean {
  return same(a, b, new Map());
}

function same(a: unknown, b: unknown, under: Map<object, Set<object>>): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  // This pair is already being compared further out (a circle): the other entries decide.
  if (under.get(a)?.has(b)) return true;
  under.set(a, (under.get(a) ?? new Set()).add(b));
  const both = (x: unknown, y: unknown) => same(x, y, under);
  if (a instanceof Date && !Object.is(a.getTime(), (b as Date).getTime())) return false;
  if (a instanceof RegExp && String(a) !== String(b)) return false;
  if (isBoxed(a) && !Object.is(a.valueOf(), b.valueOf())) return false;
  if (a instanceof ArrayBuffer && !both(new Uint8Array(a), new Uint8Array(b as ArrayBuffer))) return false;
  if (a instanceof Map && !paired([...a], [...(b as Map<unknown, unknown>)], both)) return false;
  if (a instanceof Set && !paired([...a], [...(b as Set<unknown>)], both)) return false;
  if (a instanceof Error && (a.message !== (b as Error).message || a.name !== (b as Error).name))
    return false;
  const keys = ownKeys(a);
  return (
    keys.length === ownKeys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && both((a as Fields)[key], (b as Fields)[key]))
  );
}

const isBoxed = (value: object) =>
  value instanceof Number ||
  value instanceof String ||
  value instanceof Boolean ||
  value instanceof BigInt ||
  value instanceof Symbol;

const ownKeys = (value: object): PropertyKey[] =>
  Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));

/** Whether the entries of the two lists can be paired so that each pair is equal. */
function paired(
  a: readonly unknown[],
  b: readonly unknown[],
  equal: (x: unknown, y: unknown) => boolean,
): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((entry) => {
    const at = left.findIndex((other) => equal(entry, other));
    if (at < 0) return false;
    left.splice(at, 1);
    return true;
  });
}
