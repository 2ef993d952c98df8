import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { TrainingState } from "../train/trainingState";
import type { PhaseResult } from "./result";
import { writeWhole } from "./writeWhole";

/** A run after some epochs of phase `phase`, or before its first one. */
export type Checkpoint = {
  readonly phase: number;
  readonly done: readonly PhaseResult[];
  /** All weights at the beginning of the phase. */
  readonly base: Readonly<Record<string, Float32Array>>;
  /** Absent before the first epoch. */
  readonly state?: TrainingState;
  readonly started: string;
};

const MAGIC = "intrinsic-params checkpoint 1\n";
/** Stands in the JSON for the float array with this number. */
type Reference = { $float32: number };

/** One file: format, SHA-256 of all that follows, lengths of the float arrays, the rest as JSON, the floats (little-endian). */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const arrays: Float32Array[] = [];
  const json = JSON.stringify(checkpoint, (_, value) => {
    if (!(value instanceof Float32Array)) return value;
    arrays.push(value);
    return { $float32: arrays.length - 1 } satisfies Reference;
  });
  const header = Buffer.from(`${JSON.stringify(arrays.map((array) => array.length))}\n${json}\n`);
  const floats = arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const hash = createHash("sha256").update(header);
  for (const bytes of floats) hash.update(bytes);
  await writeWhole(file, `${MAGIC}${hash.digest("hex")}\n`, header, ...floats);
}

/** The checkpoint in a file, or undefined where there is none; throws where it is damaged. */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  const bytes = await readFile(file).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const start = MAGIC.length + 65;
  const hash = createHash("sha256").update(bytes.subarray(start)).digest("hex");
  if (bytes.toString("utf8", 0, start) !== `${MAGIC}${hash}\n`) {
    throw new Error(`The checkpoint ${file} is damaged: delete it to begin anew.`);
  }
  const lengthsEnd = bytes.indexOf("\n", start);
  const jsonEnd = bytes.indexOf("\n", lengthsEnd + 1);
  let at = jsonEnd + 1;
  const arrays = JSON.parse(bytes.toString("utf8", start, lengthsEnd)).map((length: number) => {
    const copy = new Uint8Array(bytes.subarray(at, at + 4 * length));
    at += 4 * length;
    return new Float32Array(copy.buffer);
  });
  return JSON.parse(bytes.toString("utf8", lengthsEnd + 1, jsonEnd), (_, value) =>
    typeof value?.$float32 === "number" ? arrays[value.$float32] : value,
  );
}
