import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** What travels with a comm message besides its data. */
export type CommOptions = {
  metadata?: object;
  /** Bytes that need not become text, such as images. */
  buffers?: readonly Uint8Array[];
};

/** A channel of messages between cells and a widget or an extension in the front end; Jupyter calls it a comm. */
export type Comm = {
  readonly id: string;
  /** The name by which the other side knows what the channel is for. */
  readonly target: string;
  /** Sends data, which must be plain JSON. @throws Error after the channel has been closed. */
  send(data: object, options?: CommOptions): void;
  /** Ends the channel on both sides; closing it twice does nothing. */
  close(data?: object): void;
  /** Calls `listener` for every message of the other side. */
  onMessage(listener: (data: object, buffers: readonly Uint8Array[]) => void): void;
  /** Calls `listener` when the other side closes the channel. */
  onClose(listener: (data: object) => void): void;
};

/** What is known of the open channels; all copies of the package in a process share it. */
type Registry = {
  host?: CommHost;
  readonly open: Map<string, OpenComm>;
  readonly targets: Map<string, (comm: Comm, data: object) => void>;
};

/** What the kernel does for comms. */
export type CommHost = {
  /** Sends a comm message to all front ends. */
  send(kind: CommKind, content: object, options: CommOptions): void;
  /** Notes that cells listen for comms to a target: those to others are closed at once. */
  listens(target: string): void;
};

export type CommKind = "comm_open" | "comm_msg" | "comm_close";

const key = Symbol.for("intrinsic-params.comms");
const shared = globalThis as { [key]?: Registry };

function registry(): Registry {
  shared[key] ??= { open: new Map(), targets: new Map() };
  return shared[key];
}

/**
 * Opens a channel to what the front end has registered under the name `target`. Without such a target the front end
 * closes the channel at once. @throws Error outside the project's kernel.
 */
export function openComm(target: string, data: object = {}, options: CommOptions = {}): Comm {
  checkTarget("openComm", target);
  checkOptions("openComm", options);
  const comm = new OpenComm(newId(), target);
  hostFor("openComm").send("comm_open", { comm_id: comm.id, target_name: target, data }, options);
  registry().open.set(comm.id, comm);
  return comm;
}

/** Calls `listener` for every channel that the front end opens to the name `target`; a later call replaces it. */
export function onComm(target: string, listener: (comm: Comm, data: object) => void): void {
  checkTarget("onComm", target);
  if (typeof listener !== "function")
    throw new TypeError(`onComm: listener must be a function; got ${shown(listener)}.`);
  registry().targets.set(target, listener);
  registry().host?.listens(target);
}

/** Called by the kernel once. */
export function connectComms(host: CommHost): void {
  registry().host = host;
}

/** Called by the kernel for every comm message of a front end. A channel that nobody knows is closed again. */
export function receiveComm(
  kind: CommKind,
  content: { comm_id: string; target_name?: string; data?: object },
  buffers: readonly Uint8Array[],
): void {
  const { open, targets } = registry();
  const { comm_id: id, target_name: target = "", data = {} } = content;
  const comm = open.get(id);
  if (kind === "comm_open") {
    const listener = targets.get(target);
    if (!listener) {
      hostFor("onComm").send("comm_close", { comm_id: id, data: {} }, {});
      return;
    }
    const opened = new OpenComm(id, target);
    open.set(id, opened);
    listener(opened, data);
  } else if (kind === "comm_msg") {
    comm?.receive(data, buffers);
  } else {
    open.delete(id);
    comm?.closed(data);
  }
}

class OpenComm implements Comm {
  readonly id: string;
  readonly target: string;
  readonly #messages: ((data: object, buffers: readonly Uint8Array[]) => void)[] = [];
  readonly #ends: ((data: object) => void)[] = [];
  #closed = false;

  constructor(id: string, target: string) {
    this.id = id;
    this.target = target;
  }

  send(data: object, options: CommOptions = {}): void {
    checkOptions("comm.send", options);
    if (this.#closed)
      throw new Error(`comm.send: the channel to ${shown(this.target)} has been closed; open a new one.`);
    hostFor("comm.send").send("comm_msg", { comm_id: this.id, data }, options);
  }

  close(data: object = {}): void {
    if (this.#closed) return;
    this.#closed = true;
    registry().open.delete(this.id);
    hostFor("comm.close").send("comm_close", { comm_id: this.id, data }, {});
  }

  onMessage(listener: (data: object, buffers: readonly Uint8Array[]) => void): void {
    this.#messages.push(listener);
  }

  onClose(listener: (data: object) => void): void {
    this.#ends.push(listener);
  }

  receive(data: object, buffers: readonly Uint8Array[]): void {
    for (const listener of this.#messages) listener(data, buffers);
  }

  closed(data: object): void {
    this.#closed = true;
    for (const listener of this.#ends) listener(data);
  }
}

/** 128 random bits; `crypto.randomUUID` is missing in pages that do not come over https. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function hostFor(what: string): CommHost {
  const { host } = registry();
  if (!host)
    throw new Error(`${what}: there is no front end here; run the cell in the project's Jupyter kernel.`);
  return host;
}

function checkOptions(what: string, options: CommOptions): void {
  checkKeys(what, options, { metadata: true, buffers: true } satisfies Record<keyof CommOptions, true>);
  const { buffers = [] } = options;
  if (!Array.isArray(buffers) || !buffers.every((bytes) => bytes instanceof Uint8Array))
    throw new TypeError(`${what}: buffers must be a list of Uint8Arrays; got ${shown(buffers)}.`);
}

function checkTarget(what: string, target: unknown): void {
  if (typeof target !== "string" || target === "")
    throw new TypeError(`${what}: target must be a name; got ${shown(target)}.`);
}
