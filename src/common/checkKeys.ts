import { shown } from "./shown";

/** The fewest letters to insert, delete, change or swap with a neighbour that turn one word into the other. */
function distance(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, change, swapped ? before[j - 2] + 1 : change);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** The known name that is nearest to a mistyped one, if a third of its letters or fewer are wrong. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const far = (each: string) => distance(name.toLowerCase(), each.toLowerCase());
  const best = known.reduce((a, b) => (far(b) < far(a) ? b : a), known[0] ?? "");
  return best !== "" && far(best) <= Math.max(1, best.length / 3) && far(best) < best.length
    ? best
    : undefined;
}

/**
 * Refuses options that a function does not know, such as another library's: otherwise they would be ignored silently.
 * @throws TypeError naming the first unknown option, the one that may have been meant, and all known ones.
 */
export function checkKeys(what: string, options: object, known: Readonly<Record<string, unknown>>): void {
  const names = () => Object.keys(known).join(", ");
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${what} takes an object of options (${names()}); got ${shown(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return;
  const meant = nearest(unknown, Object.keys(known));
  throw new TypeError(
    `${what} has no option ${unknown}; those it has are ${names()}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  );
}
