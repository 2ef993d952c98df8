import { createRequire } from "node:module";
import "../cells/tslab"; // Puts the adapted TypeScript before tslab's own, whose server loads it.
import type { Executor } from "../cells/tslab";
import type { ConnectionInfo, Message, Socket } from "./message";

const load = createRequire(__filename);

/** The part of tslab's server that is used or replaced here; its own declarations hide what a subclass needs. */
declare class TslabServer {
  constructor(handler: object, connectionFile: string);
  readonly handler: Handler;
  readonly connInfo: ConnectionInfo;
  readonly iopub: Socket;
  readonly stdin: Socket;
  init(): Promise<void>;
  bindSocket(socket: Socket, port: number): Promise<void>;
  handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void>;
  publishStatus(status: string, message: Message): void;
  handleKernelInfo(socket: Socket, message: Message): void;
  handleExecute(socket: Socket, message: Message): Promise<void>;
  handleIsComplete(socket: Socket, message: Message): void;
  handleInspect(socket: Socket, message: Message): void;
  handleComplete(socket: Socket, message: Message): void;
  handleCommInfoRequest(socket: Socket, message: Message): void;
  handleShutdown(socket: Socket, message: Message): void;
  close(): void;
}

/** Answers completion, inspection and is_complete requests. */
type Handler = {
  handleIsComplete(content: object): object;
  handleInspect(content: object): object;
  handleComplete(content: object): object;
};

type JupyterModule = {
  JupyterHandlerImpl: new (executor: Executor, isJavaScript: boolean) => Handler;
  ZmqServer: typeof TslabServer;
};

export const { JupyterHandlerImpl, ZmqServer } = load("tslab/dist/jupyter") as JupyterModule;
