import { shown } from "../../common/shown";
/** What is wrong with a file of the format relu-network/1, and where. */
export class NetworkFormatError extends Error {
  constructor(field: string, expected: string, got: unknown) {
    super(`relu-network/1, ${field}: expected ${expected}; got ${shown(got)}.`);
    this.name = "NetworkFormatError";
  }
}

/** @throws NetworkFormatError unless the value is an object with these fields; `optional` ones may be missing. */
export function readObject<K extends string>(
  value: unknown,
  keys: readonly K[],
  field: string,
  optional: readonly K[] = [],
): Record<K, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new NetworkFormatError(field, `an object with ${keys.join(", ")}`, value);
  for (const key of keys)
    if (!Object.hasOwn(value, key) && !optional.includes(key))
      throw new NetworkFormatError(field, `a field "${key}"`, Object.keys(value));
  for (const key of Object.keys(value))
    if (!keys.includes(key as K)) throw new NetworkFormatError(field, `only ${keys.join(", ")}`, key);
  return value as Record<K, unknown>;
}

/** @throws NetworkFormatError unless the value is an array of at most `most` items. */
export function readArray(value: unknown, field: string, most = Infinity): unknown[] {
  if (!Array.isArray(value)) throw new NetworkFormatError(field, "an array", value);
  if (value.length > most) throw new NetworkFormatError(field, `at most ${most} items`, value.length);
  return value;
}

/** @throws NetworkFormatError unless the value is a positive integer up to `most`. */
export function readSize(value: unknown, field: string, most: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > most)
    throw new NetworkFormatError(field, `an integer from 1 to ${most}`, value);
  return value as number;
}

/** @throws NetworkFormatError unless the value is a non-empty string. */
export function readName(value: unknown, field: string): string {
  if (typeof value !== "string" || value === "")
    throw new NetworkFormatError(field, "a non-empty name", value);
  return value;
}

const [COMMA, BRACKET, BRACE] = [44, 91, 123];

/**
 * JSON.parse of a text with at most `most` values; they are counted before memory is taken for them.
 * @throws Error saying what is wrong with the text.
 */
export function parseText(text: string, most: number): unknown {
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === COMMA || code === BRACKET || code === BRACE) values++;
  }
  if (values > most) throw new NetworkFormatError("the text", `at most ${most} values`, values);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`relu-network/1: the text is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
