import { type FileHandle, open } from "node:fs/promises";

/** So many bytes are read at once. */
const chunk = 64 * 1024;

/**
 * The lines of a file, the last one first, read from its end no further than they are asked for. What follows the last line
 * break was not written to its end and is left out, and so is a line of more than `longest` bytes.
 */
export async function* linesFromEnd(file: string, longest: number): AsyncGenerator<string> {
  const handle = await open(file);
  try {
    let line: Line | undefined;
    for await (const bytes of chunksFromEnd(handle)) {
      let end = bytes.length;
      for (let at = lastBreak(bytes, end); at >= 0; at = lastBreak(bytes, end)) {
        const text = line?.beginningWith(bytes.subarray(at + 1, end));
        if (text !== undefined) yield text;
        line = new Line(longest);
        end = at;
      }
      line?.add(bytes.subarray(0, end));
    }
    const first = line?.beginningWith(Buffer.alloc(0));
    if (first !== undefined) yield first;
  } finally {
    await handle.close();
  }
}

async function* chunksFromEnd(handle: FileHandle): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  for (let end = size; end > 0; end -= chunk) {
    const position = Math.max(0, end - chunk);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(end - position),
      0,
      end - position,
      position,
    );
    yield buffer.subarray(0, bytesRead);
  }
}

function lastBreak(bytes: Buffer, before: number): number {
  return bytes.subarray(0, before).lastIndexOf("\n");
}

/** The end of a line whose beginning has not been read yet. */
class Line {
  readonly #longest: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Puts bytes before it. */
  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > this.#longest) this.#pieces = [];
    else this.#pieces.unshift(bytes);
  }

  /** The whole line; undefined if it is too long. */
  beginningWith(bytes: Buffer): string | undefined {
    this.add(bytes);
    return this.#length > this.#longest ? undefined : Buffer.concat(this.#pieces).toString("utf8");
  }
}
