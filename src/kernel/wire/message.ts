import { randomUUID } from "node:crypto";

/** The version of Jupyter's messaging that the kernel speaks. */
export const PROTOCOL = "5.4";

export type MessageHeader = {
  msg_id: string;
  msg_type: string;
  session: string;
  username?: string;
  /** ISO 8601; some clients leave it out. */
  date?: string;
  version?: string;
};

/** A Jupyter message. */
export type Message<Content = object> = {
  /** The routing prefix of the client that it comes from or goes to. */
  identity: readonly Buffer[];
  header: MessageHeader;
  /** The header of the message that it answers, or empty. */
  parent: object;
  metadata: object;
  content: Content;
  buffers: readonly Buffer[];
};

/** A message of the kernel's own that answers `request`, or comes from what it began. */
export function replyTo(
  request: Pick<Message, "identity" | "header">,
  type: string,
  content: object,
  more: { metadata?: object; buffers?: readonly Buffer[] } = {},
): Message {
  const { session, username = "kernel" } = request.header;
  return {
    identity: request.identity,
    header: newHeader(type, session, username),
    parent: request.header,
    metadata: more.metadata ?? {},
    content,
    buffers: more.buffers ?? [],
  };
}

/** The header of a new message. */
export function newHeader(type: string, session: string, username = "kernel"): MessageHeader {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), msg_type: type, session, username, date, version: PROTOCOL };
}
