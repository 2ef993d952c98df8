import { inGroups } from "./inGroups";
import { shown } from "./shown";

type Fields = Record<PropertyKey, unknown>;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A text in single quotes, or in double quotes if it contains a single one. */
const quoted = (text: string) =>
  text.includes("'") ? JSON.stringify(text) : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;

const [DEPTH, ENTRIES] = [2, 100];
/** A line is at most this long; a value with so many levels below it is never on one line. */
const [LINE, LEVELS] = [80, 3];

/** Where the value stands that is being written: its level, the objects around it, and how far its lines are indented. */
type Place = {
  readonly depth: number;
  readonly above: readonly object[];
  readonly indent: number;
  /** The level of the object that was written last. */
  readonly last: { depth: number };
};

/** A value for reading, as Node's `inspect` shows it: two levels deep, 100 entries of a list; a value's own text wins. */
export function inspected(value: unknown): string {
  return written(value, { depth: 0, above: [], indent: 0, last: { depth: 0 } });
}

function written(value: unknown, place: Place): string {
  const { depth, above, indent, last } = place;
  if (typeof value === "string") return quoted(value);
  if (typeof value === "function") return `[Function: ${value.name || "(anonymous)"}]`;
  if (!isObject(value)) return typeof value === "symbol" ? String(value) : shown(value);
  const custom = (value as Fields)[Symbol.for("nodejs.util.inspect.custom")];
  if (typeof custom === "function") return String(custom.call(value, DEPTH - depth, {}));
  if (value instanceof Error) return value.stack ?? String(value);
  if (value instanceof Date || value instanceof RegExp) return shown(value);
  if (above.includes(value)) return "[Circular]";
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? "[Object: null prototype]";
  if (depth > DEPTH && !isEmpty(value)) return name.startsWith("[") ? name : `[${name}]`;
  if (!isEmpty(value)) last.depth = depth;
  const within: Place = { depth: depth + 1, above: [...above, value], indent: indent + 2, last };
  const inner = (part: unknown) => written(part, within);
  const list = listOf(value);
  let parts: readonly string[] = list
    ? Array.from({ length: Math.min(list.length, ENTRIES) }, (_, i) => inner(list[i]))
    : value instanceof Map
      ? [...value].slice(0, ENTRIES).map(([key, entry]) => `${inner(key)} => ${inner(entry)}`)
      : value instanceof Set
        ? [...value].slice(0, ENTRIES).map(inner)
        : Object.entries(value).map(
            ([key, field]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${inner(field)}`,
          );
  const size = list?.length ?? (value instanceof Map || value instanceof Set ? value.size : undefined);
  const more = size !== undefined && size > ENTRIES ? [`… ${size - ENTRIES} more`] : [];
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  const kind =
    Array.isArray(value) || name === "Object" ? "" : `${name}${size !== undefined ? `(${size})` : ""} `;
  if (parts.length === 0) return `${kind}${open}${close}`;
  const ungrouped = parts.length;
  const textual = !list || Array.from(list).some((entry) => !/^(number|bigint)$/.test(typeof entry));
  if (list) parts = inGroups(parts, { width: LINE - indent, textual });
  const isGrouped = parts.length !== ungrouped;
  parts = [...parts, ...more];
  const length = parts.reduce((sum, part) => sum + part.length + 2, 11 + kind.length + indent);
  const fits = length <= LINE && !parts.some((part) => part.includes("\n"));
  if (fits && !isGrouped && last.depth - depth < LEVELS) return `${kind}${open} ${parts.join(", ")} ${close}`;
  const margin = `\n${" ".repeat(indent)}`;
  return `${kind}${open}${margin}  ${parts.join(`,${margin}  `)}${margin}${close}`;
}

function isEmpty(value: object): boolean {
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  return (listOf(value) ?? Object.keys(value)).length === 0;
}

function listOf(value: object): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Uint8Array) : undefined;
}
