import { createHmac } from "node:crypto";

/** A Jupyter message as tslab parses and answers it. */
export type Message = {
  identity: Buffer[];
  header: { msg_id: string; msg_type: string; session: string; date?: string };
  parent: object;
  metadata: object;
  content: object;
  createReply(): Message;
};

/** tslab's class of messages; reading one checks its signature. */
export type MessageClass = {
  fromRaw(key: string, frames: Buffer[]): Message;
};

/** Anything that sends a message's frames. */
export type Sender = {
  send(frames: (string | Buffer)[]): Promise<void>;
};

/** A ZeroMQ socket, as far as the kernel uses it directly. */
export type Socket = Sender &
  AsyncIterable<Buffer[]> & {
    sendTimeout: number;
    sendHighWaterMark: number;
    readonly closed: boolean;
  };

/** The content of the connection file. */
export type ConnectionInfo = {
  key: string;
};

export type ExecuteRequest = {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  stop_on_error?: boolean;
  allow_stdin?: boolean;
};

const delimiter = Buffer.from("<IDS|MSG>");

/** The frames of a message after its routing prefix: signature, header, parent header, metadata, content. */
export function messageParts(frames: readonly Buffer[]): Buffer[] {
  return frames.slice(frames.findIndex((frame) => frame.equals(delimiter)) + 1);
}

/** The frames of a message, signed. Throws JSON's own error for content that it cannot write. */
export function messageFrames(message: Message, key: string): (string | Buffer)[] {
  const { identity, header, parent, metadata, content } = message;
  const parts = [header, parent, metadata, content].map((part) => wellFormed(JSON.stringify(part)));
  return [...identity, delimiter, signatureOf(parts, key), ...parts];
}

/** JSON whose texts every Unicode encoding can hold: half a surrogate pair, which no file can hold, becomes U+FFFD. */
function wellFormed(json: string): string {
  if (!/\\ud[89a-f]/.test(json)) return json;
  return json.replace(/\\(ud[89a-f]..|.)/g, (escaped, name: string) =>
    name.length > 1 ? "\ufffd" : escaped,
  );
}

function signatureOf(parts: readonly (string | Buffer)[], key: string): string {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** The content of a signed message; undefined if it is of another type. Throws an Error if the signature is wrong. */
export function readContent<T>(frames: readonly Buffer[], type: string, key: string): T | undefined {
  const [signature, ...parts] = messageParts(frames);
  if (signatureOf(parts, key) !== signature.toString()) throw new Error(`A ${type} with a wrong signature.`);
  const { msg_type } = JSON.parse(parts[0].toString()) as { msg_type: string };
  return msg_type === type ? (JSON.parse(parts[3].toString()) as T) : undefined;
}
