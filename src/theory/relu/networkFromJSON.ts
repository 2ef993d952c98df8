import { type Dyadic, dyadic } from "../exact/dyadic";
import { networkChecksum } from "./checksum";
import { bitsOf, both, extentOf } from "./extent";
import { type Bias, checkLayer, type Layer, type Weight } from "./layer";
import {
  MAX_DIGITS,
  MAX_ENTRIES,
  MAX_EXPONENT,
  MAX_LAYER_BITS,
  MAX_LAYERS,
  MAX_SILENT,
  MAX_VALUES,
} from "./limits";
import type { NetworkJson } from "./networkJson";
import { NetworkFormatError, parseText, readArray, readName, readObject, readSize } from "./readObject";
import { type ReluNetwork, reluNetwork } from "./reluNetwork";

function readDyadic(mantissa: unknown, exponent: unknown, field: string): Dyadic {
  if (typeof mantissa !== "string")
    throw new NetworkFormatError(field, 'a mantissa as decimal digits, like "-3"', mantissa);
  if (mantissa.length > MAX_DIGITS + 1)
    throw new NetworkFormatError(field, `a mantissa of at most ${MAX_DIGITS} digits`, mantissa);
  if (!/^(0|-?[1-9]\d*)$/.test(mantissa))
    throw new NetworkFormatError(field, 'a mantissa as decimal digits, like "-3"', mantissa);
  if (!Number.isSafeInteger(exponent) || Math.abs(exponent as number) > MAX_EXPONENT)
    throw new NetworkFormatError(
      field,
      `an integer exponent from −${MAX_EXPONENT} to ${MAX_EXPONENT}`,
      exponent,
    );
  const m = BigInt(mantissa);
  if (m === 0n ? exponent !== 0 : (m & 1n) === 0n)
    throw new NetworkFormatError(field, "an odd mantissa, or 0 with exponent 0", [mantissa, exponent]);
  return dyadic(m, exponent as number);
}

/** Reads an entry: its indices, then "m", e, name?. */
function readEntry(item: unknown, indices: readonly string[], field: string) {
  const entry = readArray(item, field);
  const least = indices.length + 2;
  if (entry.length < least || entry.length > least + 1)
    throw new NetworkFormatError(field, `[${indices.join(", ")}, "m", e, name?]`, entry);
  const name = entry[least];
  return {
    // checkLayer checks these.
    at: entry as number[],
    value: readDyadic(entry[least - 2], entry[least - 1], field),
    ...(name !== undefined && { name: readName(name, field) }),
  };
}

/** How much of a file's limits is left. */
type Left = { entries: number; silent: number };

function readLayer(value: unknown, inputs: number, field: string, left: Left): Layer {
  const fields = readObject(value, ["width", "activation", "weights", "biases"], field);
  const { activation } = fields;
  if (activation !== "relu" && activation !== "identity")
    throw new NetworkFormatError(`${field}.activation`, '"relu" or "identity"', activation);
  const items = [readArray(fields.weights, `${field}.weights`), readArray(fields.biases, `${field}.biases`)];
  const count = items[0].length + items[1].length;
  if (count > left.entries)
    throw new NetworkFormatError(field, `at most ${MAX_ENTRIES} weights and biases up to here`, count);
  left.entries -= count;
  const width = readSize(fields.width, `${field}.width`, Number.MAX_SAFE_INTEGER);
  if (width > count + left.silent)
    throw new NetworkFormatError(
      `${field}.width`,
      `no more than its entries ${count} and the ${left.silent} neurons without an entry that a file may still have`,
      width,
    );
  left.silent -= Math.max(width - count, 0);
  // Not map: it would skip the holes of a sparse array.
  const weights = Array.from(items[0], (item, i): Weight => {
    const { at, ...rest } = readEntry(item, ["row", "column"], `${field}.weights[${i}]`);
    return { row: at[0], column: at[1], ...rest };
  });
  const biases = Array.from(items[1], (item, i): Bias => {
    const { at, ...rest } = readEntry(item, ["row"], `${field}.biases[${i}]`);
    return { row: at[0], ...rest };
  });
  const bits = width * bitsOf(both(extentOf(weights), extentOf(biases)));
  if (bits > MAX_LAYER_BITS)
    throw new NetworkFormatError(
      field,
      `exponents and a width whose values fit in ${MAX_LAYER_BITS} binary digits`,
      `${bits} = ${width} neurons · ${bits / width} digits`,
    );
  try {
    return checkLayer({ inputs, width, activation, weights, biases });
  } catch (error) {
    throw new Error(`relu-network/1, ${field}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The network that networkToJSON wrote, from the object or its text. Everything is checked, also the checksum if
 * there is one. Sizes that no construction has and no machine can evaluate are refused (limits.ts): exponents beyond
 * 2^26, mantissas beyond 2^25 bits, 2^24 entries, 2^18 layers, 2^20 neurons without an entry, layers whose values
 * would have more than 2^33 binary digits.
 * @throws Error naming the field and what was expected there.
 */
export function networkFromJSON(json: unknown): ReluNetwork {
  const value = typeof json === "string" ? parseText(json, MAX_VALUES) : json;
  const names = ["format", "input", "intrinsic", "layers", "checksum"] as const;
  const fields = readObject(value, names, "the file", ["checksum"]);
  if (fields.format !== "relu-network/1")
    throw new NetworkFormatError("format", '"relu-network/1"', fields.format);
  const intrinsic = Array.from(readArray(fields.intrinsic, "intrinsic", MAX_ENTRIES), (name, i) =>
    readName(name, `intrinsic[${i}]`),
  );
  let inputs = readSize(fields.input, "input", MAX_ENTRIES);
  const left: Left = { entries: MAX_ENTRIES, silent: MAX_SILENT };
  const layers = Array.from(readArray(fields.layers, "layers", MAX_LAYERS), (item, i) => {
    const layer = readLayer(item, inputs, `layers[${i}]`, left);
    inputs = layer.width;
    return layer;
  });
  let network: ReluNetwork;
  try {
    network = reluNetwork(layers, intrinsic);
  } catch (error) {
    throw new Error(`relu-network/1: ${(error as Error).message}`, { cause: error });
  }
  if (fields.checksum !== undefined) {
    const expected = networkChecksum(fields as NetworkJson);
    if (fields.checksum !== expected)
      throw new NetworkFormatError(
        "checksum",
        `"${expected}", which is that of the numbers in this file (whoever changed them on purpose leaves the field out)`,
        fields.checksum,
      );
  }
  return network;
}
