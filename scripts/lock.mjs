import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Holds the one lock of a name while `work` runs; a second process waits.
 * The lock is a listening local socket: the system frees it when its process ends, however it ends,
 * so nothing stale is left behind.
 * @param {string} name what is locked, for instance the path of the checkout
 * @param {() => void} onWait called once if another process holds the lock
 * @param {() => Promise<T>} work
 * @template T
 */
export async function withLock(name, onWait, work) {
  const address = socketAddress(name);
  let waited = false;
  for (;;) {
    const server = await listen(address);
    if (server) {
      try {
        return await work();
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    }
    if (!waited) onWait();
    waited = true;
    await sleep(300);
  }
}

function socketAddress(name) {
  const id = `intrinsic-params-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
  if (process.platform === "linux") return `\0${id}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${id}`;
  return path.join(os.tmpdir(), `${id}.sock`);
}

async function listen(address) {
  const server = net.createServer((socket) => socket.destroy()).unref();
  const error = await new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(address, () => resolve(null));
  });
  if (!error) return server;
  if (error.code !== "EADDRINUSE") throw error;
  // A socket file (neither Linux nor Windows) outlives its process: if nobody answers, it can be removed.
  if (address.startsWith("/") && !(await answers(address))) fs.rmSync(address, { force: true });
  return null;
}

function answers(address) {
  return new Promise((resolve) => {
    const socket = net.connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
