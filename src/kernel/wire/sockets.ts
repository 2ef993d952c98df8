import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import type * as ZeroMQ from "zeromq";
import { addressOf, type Channel, type ConnectionInfo } from "./connectionInfo";
import { type Message, newHeader } from "./message";
import { MessageCodec } from "./messageCodec";

// tslab brings ZeroMQ: one copy, in the version that it has been tested with.
const load = createRequire(createRequire(__filename).resolve("tslab/package.json"));

/** Milliseconds after which a socket that has failed is heard again. */
const afterFailure = 100;

/** The channels on which clients send messages. */
export type RequestChannel = "shell" | "control" | "stdin";

/** The five sockets of a kernel. Sending never waits and never throws; what is no message of ours is dropped. */
export class Sockets {
  readonly #info: ConnectionInfo;
  readonly #codec: MessageCodec;
  readonly #routers: Record<RequestChannel, ZeroMQ.Router>;
  readonly #iopub: ZeroMQ.XPublisher;
  readonly #heartbeat: ZeroMQ.Reply;

  constructor(info: ConnectionInfo) {
    const { Router, XPublisher, Reply } = load("zeromq") as typeof ZeroMQ;
    this.#info = info;
    this.#codec = new MessageCodec(info);
    // By default ZeroMQ delays each 513th message in a row and refuses all others until that one is through; after 1000
    // messages it drops what a slow receiver has not taken.
    const takeAtOnce = { sendTimeout: 0, sendHighWaterMark: 0, linger: 1000 };
    this.#routers = {
      shell: new Router(takeAtOnce),
      control: new Router(takeAtOnce),
      stdin: new Router(takeAtOnce),
    };
    this.#iopub = new XPublisher({ ...takeAtOnce, verbosity: "allSubs" });
    this.#heartbeat = new Reply(takeAtOnce);
  }

  /** Binds all sockets and hands every request to `onMessage`, on each channel in the order in which they come. */
  async open(onMessage: (channel: RequestChannel, message: Message) => void): Promise<void> {
    const sockets: [Channel, { bind(address: string): Promise<void> }][] = [
      ...(Object.entries(this.#routers) as [RequestChannel, ZeroMQ.Router][]),
      ["iopub", this.#iopub],
      ["hb", this.#heartbeat],
    ];
    await Promise.all(sockets.map(([channel, socket]) => socket.bind(addressOf(this.#info, channel))));
    for (const [channel, router] of Object.entries(this.#routers) as [RequestChannel, ZeroMQ.Router][])
      listen(router, (frames) => this.#receive(channel, frames, onMessage));
    listen(this.#heartbeat, (frames) => this.#deliver(this.#heartbeat, frames));
    listen(this.#iopub, ([subscription]) => this.#welcome(subscription));
  }

  /** Sends a message to everybody who watches the kernel. */
  publish(message: Message): void {
    const topic = Buffer.from(`kernel.${message.header.msg_type}`);
    this.#deliver(this.#iopub, this.#codec.encode({ ...message, identity: [topic] }));
  }

  /** Sends a message to the client that its identity names. */
  send(channel: RequestChannel, message: Message): void {
    this.#deliver(this.#routers[channel], this.#codec.encode(message));
  }

  close(): void {
    for (const socket of [...Object.values(this.#routers), this.#iopub, this.#heartbeat]) socket.close();
  }

  #receive(
    channel: RequestChannel,
    frames: readonly Buffer[],
    onMessage: (channel: RequestChannel, message: Message) => void,
  ): void {
    let message: Message;
    try {
      message = this.#codec.decode(frames);
    } catch (error) {
      complain(`dropped what came on ${channel}: ${String(error)}`);
      return;
    }
    onMessage(channel, message);
  }

  /** A new subscriber is told that it hears from now on. */
  #welcome(subscription: Buffer): void {
    if (subscription[0] !== 1) return;
    const topic = subscription.subarray(1);
    const message: Message = {
      identity: [topic],
      header: newHeader("iopub_welcome", ""),
      parent: {},
      metadata: {},
      content: { subscription: topic.toString() },
      buffers: [],
    };
    this.#deliver(this.#iopub, this.#codec.encode(message));
  }

  #deliver(
    socket: ZeroMQ.Router | ZeroMQ.XPublisher | ZeroMQ.Reply,
    frames: readonly (string | Buffer)[],
  ): void {
    // After a shutdown nobody listens, but outputs may still come.
    if (socket.closed) return;
    socket
      .send([...frames])
      .catch((error: unknown) => complain(`could not send a message: ${String(error)}`));
  }
}

function listen(
  socket: AsyncIterable<Buffer[]> & { readonly closed: boolean },
  each: (frames: Buffer[]) => void,
): void {
  const listening = async () => {
    while (!socket.closed) {
      try {
        for await (const frames of socket) each(frames);
      } catch (error) {
        // Frames that ZeroMQ itself drops wake the socket, and then there is nothing to read.
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") continue;
        complain(`a socket failed: ${String(error)}`);
        await delay(afterFailure);
      }
    }
  };
  void listening();
}

/** To the terminal that Jupyter runs in, not to the notebook: that would need another message. */
function complain(text: string): void {
  writeSync(2, `TypeScript kernel: ${text}\n`);
}
