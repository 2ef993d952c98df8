import { shown } from "./shown";

/**
 * A copy of a JSON value with another value at a path such as "phases.last.method.rank"; what lies beside the path is
 * shared, objects on the way that are missing are made, and an entry right behind the end of a list is added.
 * @throws RangeError where the path leads through something that is neither object nor list, or behind a list's end.
 */
export function setAt(whole: unknown, path: string, value: unknown): unknown {
  return put(whole, path.split("."), 0, value);
}

function put(place: unknown, steps: readonly string[], at: number, value: unknown): unknown {
  if (at === steps.length) return value;
  const step = steps[at];
  if (Array.isArray(place)) {
    const copy = [...place];
    const index = indexIn(place, steps, at);
    copy[index] = put(place[index], steps, at + 1, value);
    return copy;
  }
  if (place !== undefined && (typeof place !== "object" || place === null))
    throw new RangeError(
      `${wayTo(steps, at)} must be an object or a list to set ${steps.join(".")}; got ${shown(place)}.`,
    );
  const object = (place ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [step]: put(object[step], steps, at + 1, value) };
}

/** The value at a path; undefined where there is none. */
export function valueAt(whole: unknown, path: string): unknown {
  const steps = path.split(".");
  return steps.reduce<unknown>((place, step, at) => {
    if (Array.isArray(place)) return place[step === "last" ? place.length - 1 : Number(step)];
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, steps[at])) return undefined;
    return (place as Readonly<Record<string, unknown>>)[step];
  }, whole);
}

function indexIn(list: readonly unknown[], steps: readonly string[], at: number): number {
  const step = steps[at];
  const index = step === "last" ? list.length - 1 : Number(step);
  if (Number.isInteger(index) && index >= 0 && index <= list.length) return index;
  throw new RangeError(
    `${wayTo(steps, at)} has ${list.length} entries: ${shown(steps.join("."))} must name one of them, the next one, or last.`,
  );
}

function wayTo(steps: readonly string[], at: number): string {
  return at === 0 ? "The configuration" : steps.slice(0, at).join(".");
}
