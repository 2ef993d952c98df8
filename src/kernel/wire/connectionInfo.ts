import { readFileSync } from "node:fs";
import { shown } from "../../common/shown";

/** The content of the connection file that Jupyter writes for a kernel. */
export type ConnectionInfo = {
  transport: "tcp" | "ipc";
  ip: string;
  /** The name of the hash that signs messages, for `createHmac`. */
  hash: string;
  /** The secret of the signatures; an empty one means that messages are not signed. */
  key: string;
  ports: Record<Channel, number>;
};

/** The five channels of a kernel. */
export type Channel = "shell" | "control" | "stdin" | "iopub" | "hb";

export const CHANNELS: readonly Channel[] = ["shell", "control", "stdin", "iopub", "hb"];

/** Reads and checks a connection file. @throws Error that names the entry that is missing or wrong. */
export function readConnectionInfo(file: string): ConnectionInfo {
  const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const wrong = (name: string, expected: string) =>
    new Error(`${file}: ${name} must be ${expected}; got ${shown(content[name])}.`);
  const { transport = "tcp", ip, key = "", signature_scheme = "hmac-sha256" } = content;
  if (transport !== "tcp" && transport !== "ipc") throw wrong("transport", '"tcp" or "ipc"');
  if (typeof ip !== "string") throw wrong("ip", "a text");
  if (typeof key !== "string") throw wrong("key", "a text");
  const [, hash] = /^hmac-([\w-]+)$/.exec(String(signature_scheme)) ?? [];
  if (hash === undefined) throw wrong("signature_scheme", 'a name such as "hmac-sha256"');
  const ports = Object.fromEntries(
    CHANNELS.map((channel) => {
      const port = content[`${channel}_port`];
      if (!Number.isInteger(port)) throw wrong(`${channel}_port`, "a port number");
      return [channel, port as number];
    }),
  ) as Record<Channel, number>;
  return { transport, ip, hash, key, ports };
}

/** The address that a channel's socket is bound to. */
export function addressOf({ transport, ip, ports }: ConnectionInfo, channel: Channel): string {
  return transport === "ipc" ? `ipc://${ip}-${ports[channel]}` : `tcp://${ip}:${ports[channel]}`;
}
