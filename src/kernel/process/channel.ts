import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { FromProcess, ToProcess } from "./protocol";

/** The file descriptors of the process of the cells that lead to the server and from it. */
export const TO_SERVER = 3;
export const FROM_SERVER = 4;

/** Tells the server something at once: also in a loop that never pauses, and before the process ends. */
export function tell(message: FromProcess): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(TO_SERVER, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // The server has not read yet what came before.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Calls `each` for every message of the server, and `closed` when it has gone. */
export function listen(each: (message: ToProcess) => void, closed: () => void): void {
  const socket = new Socket({ fd: FROM_SERVER, readable: true, writable: false });
  socket.on(
    "data",
    linesOf((line) => each(JSON.parse(line) as ToProcess)),
  );
  socket.on("close", closed);
}

/** Cuts bytes that come in pieces into lines of text. */
export function linesOf(each: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let pending: string[] = [];
  return (chunk) => {
    const [first, ...rest] = decoder.write(chunk).split("\n");
    pending.push(first);
    for (const next of rest) {
      const line = pending.join("");
      pending = [next];
      each(line);
    }
  };
}
