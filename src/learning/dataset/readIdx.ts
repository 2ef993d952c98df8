import { files, gunzip, needsNode, path, sha256 } from "../../common/platform";

/** An IDX array of unsigned bytes: `shape` as written in the file, `data` row-major. */
export type IdxArray = {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly sha256: string;
};

const UNSIGNED_BYTE = 0x08;
const TYPES: Record<number, string> = { 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64" };

/**
 * Reads an IDX file of unsigned bytes, plain or gzipped (told apart by content, not by name); `sha256` is that
 * of the uncompressed file. Throws with the file's name for anything but exactly one whole array.
 */
export async function readIdx(file: string): Promise<IdxArray> {
  needsNode("readIdx", "fetch the bytes and give them to parseIdx");
  const bytes = await files.readFile(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip ? await unzip(file, bytes) : bytes;
  return { ...parseIdx(plain, path.basename(file)), sha256: sha256().update(plain).digest("hex") };
}

async function unzip(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzip(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${path.basename(file)}: the gzip file is damaged or cut short (${reason}); get it again.`,
    );
  }
}

/** The array in the bytes of an IDX file: magic 0, 0, type, rank; sizes as big-endian uint32; data. */
export function parseIdx(bytes: Uint8Array, name = "IDX data"): Omit<IdxArray, "sha256"> {
  const refuse = (reason: string): never => {
    throw new Error(`${name}: ${reason}.`);
  };
  if (bytes.length < 4) refuse(`${bytes.length} bytes are too few for an IDX header`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    refuse(`not an IDX file: it starts with ${start} instead of 00 00`);
  }
  if (bytes[2] !== UNSIGNED_BYTE) {
    refuse(`IDX type ${TYPES[bytes[2]] ?? `0x${bytes[2].toString(16)}`}, expected unsigned bytes (0x08)`);
  }
  const rank = bytes[3];
  const header = 4 + 4 * rank;
  if (rank === 0) refuse("an IDX array of rank 0");
  if (bytes.length < header) refuse(`cut short within the header of a rank ${rank} array`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, extent) => product * extent, 1);
  const found = bytes.length - header;
  if (found < size) refuse(`cut short: ${found} of ${size} bytes for shape ${shape.join("×")}`);
  if (found > size) refuse(`${found - size} bytes too many after shape ${shape.join("×")}`);
  // A copy: a Buffer's own slice would share (and keep) the whole file.
  return { shape, data: new Uint8Array(bytes.subarray(header)) };
}
