import { type Dyadic, dyadic } from "../exact/dyadic";
import { checkLayer, type Layer } from "./layer";
import { type ReluNetwork, reluNetwork } from "./network";

/** Exponents beyond this cannot come from a network that this machine could evaluate. */
const MAX_EXPONENT = 2 ** 30;

class NetworkFormatError extends Error {
  constructor(place: string, expected: string, got: unknown) {
    let shown: string;
    try {
      shown = JSON.stringify(got) ?? String(got);
    } catch {
      shown = String(got);
    }
    super(`relu-network/1, ${place}: expected ${expected}, got ${shown.slice(0, 120)}`);
    this.name = "NetworkFormatError";
  }
}

function readObject<K extends string>(value: unknown, keys: readonly K[], place: string): Record<K, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new NetworkFormatError(place, `an object with ${keys.join(", ")}`, value);
  for (const key of keys)
    if (!Object.hasOwn(value, key))
      throw new NetworkFormatError(place, `a field "${key}"`, Object.keys(value));
  for (const key of Object.keys(value))
    if (!keys.includes(key as K)) throw new NetworkFormatError(place, `only ${keys.join(", ")}`, key);
  return value as Record<K, unknown>;
}

function readArray(value: unknown, place: string): unknown[] {
  if (!Array.isArray(value)) throw new NetworkFormatError(place, "an array", value);
  return value;
}

function readSize(value: unknown, place: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) >= 2 ** 31)
    throw new NetworkFormatError(place, "an integer from 1 to 2^31 − 1", value);
  return value as number;
}

function readDyadic(mantissa: unknown, exponent: unknown, place: string): Dyadic {
  if (typeof mantissa !== "string" || !/^(0|-?[1-9]\d*)$/.test(mantissa))
    throw new NetworkFormatError(place, 'a mantissa as decimal digits, like "-3"', mantissa);
  if (!Number.isSafeInteger(exponent) || Math.abs(exponent as number) > MAX_EXPONENT)
    throw new NetworkFormatError(place, "an integer exponent of at most 2^30", exponent);
  const m = BigInt(mantissa);
  if (m === 0n ? exponent !== 0 : (m & 1n) === 0n)
    throw new NetworkFormatError(place, "an odd mantissa, or 0 with exponent 0", [mantissa, exponent]);
  return dyadic(m, exponent as number);
}

function readName(name: unknown, place: string): { name?: string } {
  if (name === undefined) return {};
  if (typeof name !== "string" || name === "") throw new NetworkFormatError(place, "a non-empty name", name);
  return { name };
}

function readLayer(value: unknown, inputs: number, place: string): Layer {
  const fields = readObject(value, ["width", "activation", "weights", "biases"], place);
  const { activation } = fields;
  if (activation !== "relu" && activation !== "identity")
    throw new NetworkFormatError(`${place}.activation`, '"relu" or "identity"', activation);
  const weights = readArray(fields.weights, `${place}.weights`).map((item, i) => {
    const here = `${place}.weights[${i}]`;
    const entry = readArray(item, here);
    if (entry.length < 4 || entry.length > 5)
      throw new NetworkFormatError(here, '[row, column, "m", e, name?]', entry);
    const [row, column, m, e, name] = entry;
    return {
      row: row as number,
      column: column as number,
      value: readDyadic(m, e, here),
      ...readName(name, here),
    };
  });
  const biases = readArray(fields.biases, `${place}.biases`).map((item, i) => {
    const here = `${place}.biases[${i}]`;
    const entry = readArray(item, here);
    if (entry.length < 3 || entry.length > 4)
      throw new NetworkFormatError(here, '[row, "m", e, name?]', entry);
    const [row, m, e, name] = entry;
    return { row: row as number, value: readDyadic(m, e, here), ...readName(name, here) };
  });
  const width = readSize(fields.width, `${place}.width`);
  try {
    return checkLayer({ inputs, width, activation, weights, biases });
  } catch (error) {
    throw new Error(`relu-network/1, ${place}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The network that networkToJSON wrote, from the object or its text; everything is checked.
 * @throws Error naming the place and what was expected there.
 */
export function networkFromJSON(json: unknown): ReluNetwork {
  let value = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new Error(`relu-network/1: the text is no JSON: ${(error as Error).message}`, { cause: error });
    }
  }
  const fields = readObject(value, ["format", "input", "intrinsic", "layers"], "the file");
  if (fields.format !== "relu-network/1")
    throw new NetworkFormatError("format", '"relu-network/1"', fields.format);
  const intrinsic = readArray(fields.intrinsic, "intrinsic").map((name, i) => {
    if (typeof name !== "string" || name === "")
      throw new NetworkFormatError(`intrinsic[${i}]`, "a non-empty name", name);
    return name;
  });
  let inputs = readSize(fields.input, "input");
  const layers = readArray(fields.layers, "layers").map((item, i) => {
    const layer = readLayer(item, inputs, `layers[${i}]`);
    inputs = layer.width;
    return layer;
  });
  try {
    return reluNetwork(layers, intrinsic);
  } catch (error) {
    throw new Error(`relu-network/1: ${(error as Error).message}`, { cause: error });
  }
}
