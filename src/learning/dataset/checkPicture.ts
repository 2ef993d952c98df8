import { crc32 } from "../../common/platform";

/**
 * Refuses a picture's file that is cut short or damaged, as far as its format tells. From such a file the decoder draws
 * what it has and silently leaves the rest empty, or it crashes the whole process.
 * @throws Error naming the file.
 */
export function checkPicture(bytes: Buffer, name: string): void {
  const is = (start: string, at = 0) => bytes.toString("latin1", at, at + start.length) === start;
  const check = is("\x89PNG\r\n\x1a\n")
    ? png
    : is("\xff\xd8")
      ? jpeg
      : is("GIF8")
        ? gif
        : is("RIFF") && is("WEBP", 8)
          ? webp
          : undefined;
  if (!check) {
    throw new Error(`${name} is no picture in PNG, JPEG, GIF or WebP: remove it or convert it.`);
  }
  const fault = check(bytes);
  if (fault === "short") throw new Error(`${name} is cut short: its end is missing. Copy it again.`);
  if (fault === "damaged")
    throw new Error(`${name} is damaged: its bytes do not fit its own sums. Copy it again.`);
}

type Fault = "short" | "damaged" | undefined;

/** Chunks of length, name, content and a checksum of name and content. */
function png(bytes: Buffer): Fault {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) return "short";
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return "damaged";
    if (bytes.toString("latin1", at + 4, at + 8) === "IEND") return undefined;
    at = end + 4;
  }
  return "short";
}

function jpeg(bytes: Buffer): Fault {
  const last = (marker: string) => bytes.lastIndexOf(marker, undefined, "latin1");
  return last("\xff\xd9") > last("\xff\xda") ? undefined : "short";
}

function gif(bytes: Buffer): Fault {
  return bytes.at(-1) === 0x3b ? undefined : "short";
}

/** Chunks of name, length and content, inside one as long as the file; the first inside tells kind and size. */
function webp(bytes: Buffer): Fault {
  const whole = 8 + bytes.readUInt32LE(4);
  if (bytes.length < whole) return "short";
  let canvas: string | undefined;
  let frames = 0;
  for (let at = 12; at < whole; ) {
    if (at + 8 > whole) return "damaged";
    const kind = bytes.toString("latin1", at, at + 4);
    const [start, size] = [at + 8, bytes.readUInt32LE(at + 4)];
    if (start + size > whole || (at === 12 && !/^VP8[ LX]$/.test(kind))) return "damaged";
    if (kind === "VP8X") {
      // A second one crashes the decoder.
      if (at !== 12) return "damaged";
      // Reserved bits are 0.
      if (size < 10 || (bytes[start] & 0b1100_0001) !== 0) return "damaged";
      canvas = `${bytes.readUIntLE(start + 4, 3) + 1}×${bytes.readUIntLE(start + 7, 3) + 1}`;
    }
    const frame = frameOf(kind, bytes.subarray(start, start + size));
    if (frame === "damaged" || (frame && canvas && frame !== canvas)) return "damaged";
    if (frame || kind === "ANMF") frames++;
    at = start + size + (size % 2);
  }
  return frames > 0 ? undefined : "damaged";
}

/** The width and height that a frame's chunk gives; undefined for any other chunk. */
function frameOf(kind: string, content: Buffer): string | undefined {
  if (kind !== "VP8 " && kind !== "VP8L") return undefined;
  if (content.length < 10) return "damaged";
  if (kind === "VP8 ") {
    if (content.toString("hex", 3, 6) !== "9d012a") return "damaged";
    return `${content.readUInt16LE(6) & 0x3fff}×${content.readUInt16LE(8) & 0x3fff}`;
  }
  const bits = content.readUInt32LE(1);
  return content[0] === 0x2f ? `${(bits & 0x3fff) + 1}×${((bits >>> 14) & 0x3fff) + 1}` : "damaged";
}
