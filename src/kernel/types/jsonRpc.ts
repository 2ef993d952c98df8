import type { Readable, Writable } from "node:stream";

type Answer = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type Message = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/** TypeScript's compiler at the other end of two streams: JSON-RPC messages, each after a line with its length. */
export class JsonRpc {
  readonly #output: Writable;
  readonly #answerTo: (method: string, params: unknown) => unknown;
  readonly #waiting = new Map<number, Answer>();
  #received: Buffer = Buffer.alloc(0);
  #next = 1;
  #end: Error | undefined;

  /** `answerTo` answers what the other end asks. */
  constructor(input: Readable, output: Writable, answerTo: (method: string, params: unknown) => unknown) {
    this.#output = output;
    this.#answerTo = answerTo;
    input.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  request(method: string, params: unknown): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  /** Fails all requests that have no answer yet, and later ones. */
  end(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    // What is said in one turn goes in one piece: each write wakes the compiler, and costs a cell as much as its check.
    if (this.#output.writableCorked === 0) {
      this.#output.cork();
      process.nextTick(() => this.#output.uncork());
    }
    this.#output.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : chunk;
    for (;;) {
      const head = this.#received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, head))?.[1]);
      const start = head + 4;
      if (this.#received.length < start + length) return;
      const message = JSON.parse(this.#received.toString("utf8", start, start + length)) as Message;
      this.#received = this.#received.subarray(start + length);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: this.#answerTo(method, params) });
      return;
    }
    const answer = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error) answer?.reject(new Error(`TypeScript's compiler: ${error.message}`));
    else answer?.resolve(result);
  }
}
