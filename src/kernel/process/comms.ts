import { type CommKind, connectComms, receiveComm } from "../../show/notebook/comm";
import { tell } from "./channel";
import { currentOutput, newestOutput, runWithOutput } from "./outputs";
import type { ToProcess } from "./protocol";

type CommMessage = Extract<ToProcess, { type: "comm" }>;

/** From now on, what cells send over comms goes to the front ends. */
export function sendComms(): void {
  connectComms({
    listens: (name) => tell({ type: "target", name }),
    send(kind, content, { metadata = {}, buffers = [] }) {
      tell({
        type: "publish",
        run: currentOutput()?.run ?? 0,
        kind,
        content,
        metadata,
        buffers: buffers.map((bytes) => Buffer.from(bytes).toString("base64")),
      });
    },
  });
}

/** Hands a comm message of a front end to the cells. What their listeners print goes below the newest cell. */
export function handleComm({ kind, content, buffers }: CommMessage): void {
  const receive = () =>
    receiveComm(
      kind satisfies CommKind,
      content as { comm_id: string },
      buffers.map((text) => Buffer.from(text, "base64")),
    );
  const output = newestOutput();
  if (output) runWithOutput(output, receive);
  else receive();
}
