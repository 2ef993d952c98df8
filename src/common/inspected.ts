import { shown } from "./shown";

type Fields = Record<PropertyKey, unknown>;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A text in single quotes, or in double quotes if it contains a single one. */
const quoted = (text: string) =>
  text.includes("'") ? JSON.stringify(text) : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;

const [DEPTH, ENTRIES, LINE] = [2, 100, 72];

/** A value for reading, as Node's `inspect` shows it: two levels deep, 100 entries of a list; a value's own text wins. */
export function inspected(value: unknown, depth = 0, above: readonly object[] = []): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "function") return `[Function: ${value.name || "(anonymous)"}]`;
  if (!isObject(value)) return typeof value === "symbol" ? String(value) : shown(value);
  const custom = (value as Fields)[Symbol.for("nodejs.util.inspect.custom")];
  if (typeof custom === "function") return String(custom.call(value, DEPTH - depth, {}));
  if (value instanceof Error) return value.stack ?? String(value);
  if (value instanceof Date || value instanceof RegExp) return shown(value);
  if (above.includes(value)) return "[Circular]";
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? "[Object: null prototype]";
  if (depth > DEPTH) return `[${name}]`;
  const inner = (part: unknown) => inspected(part, depth + 1, [...above, value]);
  const list = listOf(value);
  const parts: string[] = list
    ? Array.from({ length: Math.min(list.length, ENTRIES) }, (_, i) => inner(list[i]))
    : value instanceof Map
      ? [...value].slice(0, ENTRIES).map(([key, entry]) => `${inner(key)} => ${inner(entry)}`)
      : value instanceof Set
        ? [...value].slice(0, ENTRIES).map(inner)
        : Object.entries(value).map(
            ([key, field]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${inner(field)}`,
          );
  const size = list?.length ?? (value instanceof Map || value instanceof Set ? value.size : undefined);
  if (size !== undefined && size > ENTRIES) parts.push(`… ${size - ENTRIES} more`);
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  const kind =
    Array.isArray(value) || name === "Object" ? "" : `${name}${size !== undefined ? `(${size})` : ""} `;
  if (parts.length === 0) return `${kind}${open}${close}`;
  const line = `${kind}${open} ${parts.join(", ")} ${close}`;
  if (line.length <= LINE && !line.includes("\n")) return line;
  const indented = parts.map((part) => `  ${part.replaceAll("\n", "\n  ")}`).join(",\n");
  return `${kind}${open}\n${indented}\n${close}`;
}

function listOf(value: object): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Uint8Array) : undefined;
}
