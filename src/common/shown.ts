/** Letters of a text, entries of a list and fields of an object that are shown; the rest is counted. */
const [LETTERS, ENTRIES] = [60, 6];
/** No text gets longer than this, whatever is in it. */
const MOST = 200;

const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A text in quotes and on one line, cut after `most` letters. */
function quoted(text: string, most = LETTERS): string {
  // JSON does not escape some characters that end a line, delete, or reverse the direction of writing.
  const json = (part: string) =>
    JSON.stringify(part).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
  let kept = Math.min(text.length, most);
  while (json(text.slice(0, kept)).length > 2 * most) kept >>= 1;
  return kept === text.length ? json(text) : `${json(text.slice(0, kept))}… (${text.length} characters)`;
}

/** A valid name as it is, any other in quotes. */
const named = (name: string) => (/^[A-Za-z_$][\w$]{0,39}$/.test(name) ? name : quoted(name, 20));

function digits(value: bigint): string {
  // Millions of decimal digits would take too long.
  const size = value.toString(16).length;
  return size > 40 ? `a bigint of about ${4 * size} bits` : `${value}n`;
}

function entries(list: ArrayLike<unknown>, deep: number): string {
  const length = Number(list.length);
  const first = Array.from({ length: Math.min(length, ENTRIES) }, (_, i) => inside(list[i], deep + 1));
  return `[${[...first, ...(length > ENTRIES ? [`… (${length} in all)`] : [])].join(", ")}]`;
}

function fields(value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without fields";
  const rest = keys.length > ENTRIES ? `, … (${keys.length} in all)` : "";
  return `an object with ${keys.slice(0, ENTRIES).map(named).join(", ")}${rest}`;
}

function ofObject(value: object, deep: number): string {
  if (Array.isArray(value)) return deep > 1 ? `an array of ${Number(value.length)}` : entries(value, deep);
  const prototype = Object.getPrototypeOf(value);
  const name: unknown = prototype?.constructor?.name;
  const kind = typeof name === "string" && name !== "" && name !== "Object" ? named(name) : undefined;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const list = value as unknown as ArrayLike<unknown>;
    return `${kind}(${Number(list.length)})${deep > 1 ? "" : ` ${entries(list, deep)}`}`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  if (value instanceof RegExp) return `/${value.source}/${value.flags}`;
  return kind ?? fields(value);
}

function inside(value: unknown, deep: number): string {
  switch (typeof value) {
    case "string":
      return quoted(value, deep === 0 ? LETTERS : LETTERS / 3);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return digits(value);
    case "symbol":
      return `Symbol(${value.description === undefined ? "" : quoted(value.description, 20)})`;
    case "function":
      return typeof value.name === "string" && value.name !== ""
        ? `function ${named(value.name)}`
        : "function";
    case "object":
      return value === null ? "null" : ofObject(value, deep);
    default:
      return String(value);
  }
}

/**
 * A value as an error message shows it: a text in quotes, so that it never looks like a number; a number as written; a
 * list by its length and first entries; an object by its class or its fields. One line, at most 200 letters.
 */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = inside(value, 0);
  } catch {
    // A proxy or a getter may throw anything; the caller must still get its own error message.
    return `${typeof value === "function" ? "a function" : "an object"} that cannot be read`;
  }
  return text.length > MOST ? `${text.slice(0, MOST - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
