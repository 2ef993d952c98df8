import { crc32, deflateSync } from "node:zlib";

/** What a PNG's numbers are: grey, colours, indices of a palette, grey and alpha, colours and alpha. */
export const PNG_TYPE = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** A chunk of a PNG with its length and checksum. */
export function pngChunk(name: string, content: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(name, 4, "latin1");
  chunk.set(content, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** Numbers of 32 bits, as chunks have them. */
export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** A PNG of one row: its packed numbers, and chunks that stand before them. */
export function handmadePng(
  { type, depth = 8, width }: { type: keyof typeof PNG_TYPE; depth?: number; width: number },
  row: Uint8Array,
  chunks: readonly Buffer[] = [],
): Buffer {
  const header = Buffer.concat([uint32(width, 1), Buffer.of(depth, PNG_TYPE[type], 0, 0, 0)]);
  const pixels = deflateSync(Buffer.concat([Buffer.of(0), row]));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    ...chunks,
    pngChunk("IDAT", pixels),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A colour profile (ICC 2.1) whose numbers are proportional to light, for pictures in grey or in colours. */
export function linearProfile(space: "GRAY" | "RGB "): Buffer {
  const fixed = (...values: number[]) => uint32(...values.map((value) => Math.round(value * 65_536)));
  const entry = (kind: string, content: Buffer) =>
    Buffer.concat([Buffer.from(`${kind}\0\0\0\0`, "latin1"), content]);
  const white = [0.9642, 1, 0.8249];
  const curve = entry("curv", Buffer.concat([uint32(1), Buffer.of(1, 0, 0, 0)]));
  const xyz = (...values: number[]) => entry("XYZ ", fixed(...values));
  const tags: [string, Buffer][] = [
    ["desc", entry("desc", Buffer.concat([uint32(2), Buffer.from("x\0", "latin1"), Buffer.alloc(82)]))],
    ["cprt", entry("text", Buffer.from("none\0\0\0\0", "latin1"))],
    ["wtpt", xyz(...white)],
    ...(space === "GRAY"
      ? ([["kTRC", curve]] as [string, Buffer][])
      : ([
          ["rXYZ", xyz(0.4361, 0.2225, 0.0139)],
          ["gXYZ", xyz(0.3851, 0.7169, 0.0971)],
          ["bXYZ", xyz(0.1431, 0.0606, 0.7141)],
          ["rTRC", curve],
          ["gTRC", curve],
          ["bTRC", curve],
        ] as [string, Buffer][])),
  ];
  let at = 132 + 12 * tags.length;
  const table = tags.map(([name, content]) => {
    const row = Buffer.concat([Buffer.from(name, "latin1"), uint32(at, content.length)]);
    at += content.length;
    return row;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write(`mntr${space}XYZ `, 12, "latin1");
  header.write("acsp", 36, "latin1");
  header.set(fixed(...white), 68);
  return Buffer.concat([header, uint32(tags.length), ...table, ...tags.map(([, content]) => content)]);
}
