import { writeSync } from "node:fs";
import { type Message, messageFrames, type Socket } from "./message";

/**
 * Lets a socket take every message in the call that sends it, in order and without a limit. Call it before the socket
 * is bound: its options count from then on.
 *
 * By default ZeroMQ's socket delays each 513th message in a row and refuses all others until that one is through;
 * after 1000 messages it drops what a slow receiver has not taken.
 */
export function takeAtOnce(socket: Socket): void {
  socket.sendTimeout = 0;
  socket.sendHighWaterMark = 0;
}

/** Signs a message and hands it to ZeroMQ; a socket prepared by `takeAtOnce` never makes this wait or throw. */
export function sendAtOnce(message: Message, key: string, socket: Socket): void {
  const frames = messageFrames(message, key);
  // After a shutdown nobody listens, but the reader's timers may still print.
  if (socket.closed) return;
  socket.send(frames).catch((error: unknown) => {
    // Not to the notebook: that would need another message.
    writeSync(2, `the kernel could not send a message: ${String(error)}\n`);
  });
}
