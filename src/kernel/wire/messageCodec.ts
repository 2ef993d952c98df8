import { createHmac, timingSafeEqual } from "node:crypto";
import type { ConnectionInfo } from "./connectionInfo";
import type { Message, MessageHeader } from "./message";

const delimiter = Buffer.from("<IDS|MSG>");
/** So many of the newest signatures are remembered, to refuse a message that is sent again. */
const remembered = 65_536;

/** Reads and writes the frames of messages; signs them and checks signatures. */
export class MessageCodec {
  readonly #hash: string;
  readonly #key: string;
  readonly #seen = new Set<string>();

  constructor({ hash, key }: Pick<ConnectionInfo, "hash" | "key">) {
    this.#hash = hash;
    this.#key = key;
  }

  /** The frames of a message, signed. @throws JSON's own error for content that it cannot write. */
  encode({ identity, header, parent, metadata, content, buffers }: Message): (string | Buffer)[] {
    const parts = [header, parent, metadata, content].map((part) => wellFormed(JSON.stringify(part)));
    return [...identity, delimiter, this.#signatureOf(parts), ...parts, ...buffers];
  }

  /**
   * The message that the frames of a client hold. @throws Error if they hold none, the signature is wrong, or the same
   * signed message has come before.
   */
  decode(frames: readonly Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    if (at < 0 || frames.length < at + 6) throw new Error("A message has too few frames or no delimiter.");
    const parts = frames.slice(at + 2, at + 6);
    this.#check(frames[at + 1], parts);
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
    if (!isHeader(header)) throw new Error("A message's header has no type, id or session.");
    if (!isObject(content)) throw new Error(`The content of a ${header.msg_type} is no object.`);
    return {
      identity: frames.slice(0, at),
      header,
      parent: isObject(parent) ? parent : {},
      metadata: isObject(metadata) ? metadata : {},
      content,
      buffers: frames.slice(at + 6),
    };
  }

  #check(signature: Buffer, parts: readonly Buffer[]): void {
    if (this.#key === "") return;
    const expected = Buffer.from(this.#signatureOf(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      throw new Error("A message's signature is wrong.");
    const text = expected.toString();
    if (this.#seen.has(text)) throw new Error("A message has come twice.");
    this.#seen.add(text);
    if (this.#seen.size > remembered) for (const oldest of this.#seen) return void this.#seen.delete(oldest);
  }

  #signatureOf(parts: readonly (string | Buffer)[]): string {
    if (this.#key === "") return "";
    const hash = createHmac(this.#hash, this.#key);
    for (const part of parts) hash.update(part);
    return hash.digest("hex");
  }
}

/** JSON whose texts every Unicode encoding can hold: half a surrogate pair, which no file can hold, becomes U+FFFD. */
function wellFormed(json: string): string {
  if (!/\\ud[89a-f]/.test(json)) return json;
  return json.replace(/\\(ud[89a-f]..|.)/g, (escaped, name: string) =>
    name.length > 1 ? "\ufffd" : escaped,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeader(value: unknown): value is MessageHeader {
  const header = value as Partial<Record<keyof MessageHeader, unknown>> | null;
  return (
    isObject(value) &&
    ["msg_id", "msg_type", "session"].every(
      (name) => typeof header?.[name as keyof MessageHeader] === "string",
    )
  );
}
