import { type Message, readContent, type Socket } from "./message";
import { sendAtOnce } from "./sendAtOnce";

/** Questions to the reader, over Jupyter's stdin channel. */
export class InputRequests {
  readonly #socket: Socket;
  readonly #key: string;
  #answer: ((value: string) => void) | undefined;

  constructor(socket: Socket, key: string) {
    this.#socket = socket;
    this.#key = key;
  }

  /** Takes answers until the socket is closed. */
  async listen(): Promise<void> {
    for await (const frames of this.#socket) {
      const reply = readContent<{ value: string }>(frames, "input_reply", this.#key);
      if (reply) this.#answer?.(reply.value);
    }
  }

  /** Asks the sender of the request; rejects when the signal aborts. */
  ask(request: Message, prompt: string, password: boolean, signal: AbortSignal): Promise<string> {
    if ((request.content as { allow_stdin?: boolean }).allow_stdin !== true) {
      throw new Error(
        "input: nobody can answer here; this front end runs the notebook without asking the reader.",
      );
    }
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      signal.addEventListener("abort", stop, { once: true });
      this.#answer = (value) => {
        signal.removeEventListener("abort", stop);
        this.#answer = undefined;
        // In a turn of its own, see CellRunner.run.
        setImmediate(resolve, value);
      };
      const message = request.createReply();
      message.header.msg_type = "input_request";
      message.content = { prompt, password };
      sendAtOnce(message, this.#key, this.#socket);
    });
  }
}
