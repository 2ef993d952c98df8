import { createRequire } from "node:module";
import { createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type * as ZeroMQ from "zeromq";
import {
  addressOf,
  CHANNELS,
  type Channel,
  type ConnectionInfo,
} from "../../../src/kernel/wire/connectionInfo";
import { Sockets } from "../../../src/kernel/wire/sockets";

const load = createRequire(import.meta.url);
const { Dealer, Request } = load("zeromq") as typeof ZeroMQ;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

let info: ConnectionInfo;
let sockets: Sockets;
let heard: string[];
beforeEach(async () => {
  const ports = {} as Record<Channel, number>;
  for (const channel of CHANNELS) ports[channel] = await freePort();
  info = { transport: "tcp", ip: "127.0.0.1", hash: "sha256", key: "", ports };
  sockets = new Sockets(info);
  heard = [];
  await sockets.open((channel, { header }) => void heard.push(`${channel} ${header.msg_type}`));
});
afterEach(() => sockets.close());

test("the heart beats on, whatever has come to its socket", async () => {
  const junk = new Dealer({ linger: 1000 });
  junk.connect(addressOf(info, "hb"));
  const heart = new Request({ linger: 0, receiveTimeout: 5000 });
  heart.connect(addressOf(info, "hb"));
  const frames = [["x"], ["", ""], ["a", "b", "c"], ["", "no", "delimiter"], Array(100).fill("y"), [""]];
  for (let i = 0; i < 100; i++) {
    await junk.send(frames[i % frames.length]);
    if (i % 10 > 0) continue;
    await heart.send(`beat ${i}`);
    expect(String(await heart.receive())).toBe(`beat ${i}`);
  }
  junk.close();
  heart.close();
});

test("a request is heard after frames that are no message", async () => {
  const client = new Dealer({ linger: 0 });
  client.connect(addressOf(info, "shell"));
  for (const frames of [["x"], ["", ""], ["<IDS|MSG>"], Array(50).fill("<IDS|MSG>")])
    await client.send(frames);
  const header = {
    msg_id: "1",
    msg_type: "kernel_info_request",
    session: "s",
    username: "",
    version: "5.4",
    date: "",
  };
  await client.send(["<IDS|MSG>", "", JSON.stringify(header), "{}", "{}", "{}"]);
  await expect.poll(() => heard, { timeout: 5000 }).toEqual(["shell kernel_info_request"]);
  client.close();
});
