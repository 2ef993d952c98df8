import { files, sha256, writeWhole } from "../../common/platform";
import { shown } from "../../common/shown";
import { unlessMissing } from "../../common/unlessMissing";

/** Stands in the JSON for the float array with this number. */
type Reference = { $float32: number };

/**
 * Writes a value of JSON and Float32Arrays, exactly, as one file: the format's name, the SHA-256 of all that
 * follows, the lengths of the float arrays, the rest as JSON, the floats (little-endian). Returns its size in bytes.
 */
export async function writeFloatFile(file: string, format: string, value: unknown): Promise<number> {
  const arrays: Float32Array[] = [];
  const json = JSON.stringify(value, (_, entry) => {
    if (!(entry instanceof Float32Array)) return entry;
    arrays.push(entry);
    return { $float32: arrays.length - 1 } satisfies Reference;
  });
  const header = Buffer.from(`${JSON.stringify(arrays.map((array) => array.length))}\n${json}\n`);
  const floats = arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const hash = sha256().update(header);
  for (const bytes of floats) hash.update(bytes);
  return writeWhole(file, `${format}\n${hash.digest("hex")}\n`, header, ...floats);
}

/**
 * The value in a file, or undefined where there is none.
 * @throws Error if the file is damaged or of another format, with what to do.
 */
export async function readFloatFile(file: string, format: string, remedy: string): Promise<unknown> {
  const bytes = await files.readFile(file).catch(unlessMissing(undefined));
  if (!bytes) return undefined;
  const start = Buffer.byteLength(format) + 1 + 65;
  const hash = sha256().update(bytes.subarray(start)).digest("hex");
  if (bytes.toString("utf8", 0, start) !== `${format}\n${hash}\n`) {
    throw new Error(`${file} is damaged, or no file of ${shown(format)}: ${remedy}.`);
  }
  const lengthsEnd = bytes.indexOf("\n", start);
  const jsonEnd = bytes.indexOf("\n", lengthsEnd + 1);
  let at = jsonEnd + 1;
  const arrays = JSON.parse(bytes.toString("utf8", start, lengthsEnd)).map((length: number) => {
    const copy = new Uint8Array(bytes.subarray(at, at + 4 * length));
    at += 4 * length;
    return new Float32Array(copy.buffer);
  });
  return JSON.parse(bytes.toString("utf8", lengthsEnd + 1, jsonEnd), (_, entry) =>
    typeof entry?.$float32 === "number" ? arrays[entry.$float32] : entry,
  );
}
