const NUMBER = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi;

/**
 * Whether two values agree: numbers up to `tolerance` times their size, or that of 1, also those in texts; everything
 * else exactly. Still pictures of figures and metadata are left out: a page makes none.
 */
export function agreeing(stored: unknown, got: unknown, tolerance: number): boolean {
  const near = (a: number, b: number) =>
    a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof stored === "number" && typeof got === "number") return near(stored, got);
  if (typeof stored === "string" && typeof got === "string") {
    if (stored === got) return true;
    const [a, b] = [stored, got].map((text) => text.match(NUMBER) ?? []);
    if (stored.replace(NUMBER, "#") !== got.replace(NUMBER, "#")) return false;
    return a.every(
      (digits, i) => digits === b[i] || (/[.e]/i.test(digits) && near(Number(digits), Number(b[i]))),
    );
  }
  if (Array.isArray(stored) && Array.isArray(got))
    return stored.length === got.length && stored.every((one, i) => agreeing(one, got[i], tolerance));
  if (typeof stored !== "object" || stored === null || typeof got !== "object" || got === null)
    return stored === got;
  const left = new Set(["image/png", "metadata", "execution_count"]);
  const keys = (value: object) =>
    Object.keys(value)
      .filter((key) => !left.has(key))
      .sort();
  const [a, b] = [stored, got] as Record<string, unknown>[];
  return keys(a).join() === keys(b).join() && keys(a).every((key) => agreeing(a[key], b[key], tolerance));
}
