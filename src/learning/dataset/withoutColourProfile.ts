/** Chunks of a PNG that say how its numbers look on a screen; they change none of the numbers. */
const PNG_CHUNKS = new Set(["gAMA", "cHRM", "iCCP", "sRGB", "cICP", "mDCV", "cLLI"]);

/**
 * The same picture (PNG, JPEG, WebP, as `checkPicture` lets it pass) without its colour profile and gamma. A decoder
 * that finds these changes the stored numbers, such as 128 to 129, for a screen that nobody looks at here.
 */
export function withoutColourProfile(bytes: Buffer): Buffer {
  if (bytes[0] === 0x89) return png(bytes);
  if (bytes[0] === 0xff) return jpeg(bytes);
  return bytes.toString("latin1", 0, 4) === "RIFF" ? webp(bytes) : bytes;
}

function png(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (!PNG_CHUNKS.has(bytes.toString("latin1", at + 4, at + 8))) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

/** Segments of a marker, a length that counts itself, and content; they end at the picture's data or a marker alone. */
function jpeg(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 2)];
  const isSegment = (at: number) => bytes[at] === 0xff && !(bytes[at + 1] >= 0xd0 && bytes[at + 1] <= 0xda);
  let at = 2;
  while (at + 4 <= bytes.length && isSegment(at)) {
    // A marker may be padded with bytes of 255 before it.
    const end = bytes[at + 1] === 0xff ? at + 1 : at + 2 + bytes.readUInt16BE(at + 2);
    const profile = bytes[at + 1] === 0xe2 && bytes.toString("latin1", at + 4, at + 16) === "ICC_PROFILE\0";
    if (!profile) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

function webp(bytes: Buffer): Buffer {
  const whole = 8 + bytes.readUInt32LE(4);
  const kept = [Buffer.from(bytes.subarray(0, 12))];
  for (let at = 12; at < whole; ) {
    const kind = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const chunk = Buffer.from(bytes.subarray(at, at + 8 + size + (size % 2)));
    // The bit that announces a profile.
    if (kind === "VP8X") chunk[8] &= ~0x20;
    if (kind !== "ICCP") kept.push(chunk);
    at += 8 + size + (size % 2);
  }
  const picture = Buffer.concat(kept);
  picture.writeUInt32LE(picture.length - 8, 4);
  return picture;
}
