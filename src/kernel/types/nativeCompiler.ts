import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { present } from "../../common/present";
import { CheckedFolder, type JsxOptions } from "./checkedFolder";
import { JsonRpc } from "./jsonRpc";
import { LanguageServer } from "./languageServer";
import { type Api, type Ast, loadNative, type Native, type Project, type Snapshot } from "./native";

/** The cell's file as the compiler sees it now. */
export type OpenedFile = Pick<Project, "program" | "checker"> & { readonly path: string };

/** TypeScript's native compiler in a process of its own, which sees one changing file. */
export class NativeCompiler {
  readonly ast: Ast;
  readonly folder: CheckedFolder;
  /** Settles when the process has ended; it never resolves. */
  readonly ended: Promise<never>;
  readonly #server: LanguageServer;
  readonly #api: Api;
  readonly #uri: string;
  #snapshot: Snapshot | undefined;
  #version = 1;
  /** The texts since the collector has worked last. */
  #texts = 0;

  private constructor(server: LanguageServer, api: Api, ast: Ast, folder: CheckedFolder) {
    this.#server = server;
    this.ended = server.ended;
    this.#api = api;
    this.ast = ast;
    this.folder = folder;
    this.#uri = pathToFileURL(folder.cell).href;
  }

  /**
   * Starts the process, if `server` is none that has just been started; imports are resolved from `directory`, and with `plainly`
   * all declarations read from their own files.
   */
  static async start(
    directory: string,
    { server = new LanguageServer(), plainly = false }: { server?: LanguageServer; plainly?: boolean } = {},
  ): Promise<NativeCompiler> {
    const open = (jsx: JsxOptions | undefined) =>
      opened(server, new CheckedFolder(directory, { jsx, plainly }));
    let folder: CheckedFolder | undefined;
    try {
      // All at once: the compiler loads its library while this process loads the compiler's API.
      const initialized = server.request("initialize", {
        processId: process.pid,
        rootUri: null,
        capabilities: editor,
        initializationOptions: { disablePushDiagnostics: true, userPreferences },
      });
      server.notify("initialized", {});
      const session = server.request("custom/initializeAPISession", {}) as Promise<{ pipe: string }>;
      const started = Promise.all([initialized, session]);
      // It is awaited below, unless the folder cannot be made.
      started.catch(() => {});
      if (!hasOptions(directory)) folder = open(undefined);
      // A turn of the event loop, so that whoever starts this goes on first.
      const [{ api, ast }, [, { pipe }]] = await Promise.all([turn().then(loadNative), started]);
      const connected = await Promise.race([connect(api, pipe, server.ended), server.ended]);
      folder ??= open(await jsxOptions(connected, directory));
      return new NativeCompiler(server, connected, ast, folder);
    } catch (error) {
      server.kill();
      folder?.remove();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#server.pid;
  }

  /** Gives the cell's file this text: what is asked by `ask` from now on is about that. */
  change(text: string): void {
    this.#texts++;
    this.#server.notify("textDocument/didChange", {
      textDocument: { uri: this.#uri, version: ++this.#version },
      contentChanges: [{ text }],
    });
  }

  /** The cell's file with this text; what an earlier call gave must not be used any more. */
  async open(text: string): Promise<OpenedFile> {
    const { cell, configuration } = this.folder;
    this.change(text);
    // The API has a line of its own and may overtake the change. Any answer comes after it, here that there is no such request.
    await this.#server.request("custom/none", {}).catch(() => {});
    const before = this.#snapshot;
    const snapshot = await this.#api.updateSnapshot(before ? {} : { openProjects: [configuration] });
    this.#snapshot = snapshot;
    // Nobody waits for it; it fails when the process ends first, and then there is nothing to dispose of.
    before?.dispose().catch(() => {});
    const { program, checker } = present(snapshot.getProject(configuration), "The cell's project");
    return { path: cell, program, checker };
  }

  /** Lets the compiler collect what it no longer needs, if it is due. Call it when nobody waits for an answer. */
  rest(): void {
    if (this.#texts < textsBetweenCollections) return;
    this.#texts = 0;
    // It fails where the process ends first, and then there is nothing to collect.
    this.#server.request("custom/runGC", undefined).catch(() => {});
  }

  /** Asks about a position in the cell's file, as an editor does. */
  ask(method: string, position: { readonly line: number; readonly character: number }): Promise<unknown> {
    return this.#server.request(`textDocument/${method}`, {
      textDocument: { uri: this.#uri },
      position,
      context: { triggerKind: 1, isRetrigger: false },
    });
  }

  /** Tells that files beside the notebook have changed or are new. */
  changed(files: readonly { readonly path: string; readonly isNew: boolean }[]): void {
    this.#server.notify("workspace/didChangeWatchedFiles", {
      changes: files.map(({ path, isNew }) => ({ uri: pathToFileURL(path).href, type: isNew ? 1 : 2 })),
    });
  }

  /** Ends the process and removes its files. */
  close(): void {
    this.#server.kill();
    this.folder.remove();
  }
}

/**
 * The API's session behind a socket. Its requests go our own way: that of the API writes each in two pieces, one after the other
 * in turns of the event loop, which takes a cell half a millisecond.
 */
async function connect({ API }: Native["api"], pipe: string, ended: Promise<never>): Promise<Api> {
  const socket = createConnection(pipe);
  const rpc = new JsonRpc(socket, socket, () => null);
  // The process has ended; whoever waits hears of that.
  socket.on("error", (error) => rpc.end(error));
  socket.on("close", () => rpc.end(new Error("TypeScript's compiler has closed its session.")));
  ended.catch(() => socket.destroy());
  const api = new API<true>({ pipe });
  const { client } = api as unknown as { client: Requests };
  const requests: Requests = {
    apiRequest: (method, params) => rpc.request(method, params),
    async apiRequestBinary(method, params) {
      const response = (await rpc.request(method, params)) as { data: string } | null;
      return response ? new Uint8Array(Buffer.from(response.data, "base64")) : undefined;
    },
  };
  Object.assign(client, requests);
  await (api as unknown as { ensureInitialized(): Promise<void> }).ensureInitialized();
  return api;
}

/** What the API's own client does for it. */
type Requests = {
  apiRequest(method: string, params?: unknown): Promise<unknown>;
  apiRequestBinary(method: string, params?: unknown): Promise<Uint8Array | undefined>;
};

/** Opens the cell's file. */
function opened(server: LanguageServer, folder: CheckedFolder): CheckedFolder {
  const uri = pathToFileURL(folder.cell).href;
  const languageId = folder.cell.endsWith("x") ? "typescriptreact" : "typescript";
  server.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text: "" } });
  // A first question, whose answer tells nothing. With it the compiler takes our preferences, which a question by its API would
  // make it forget; and it begins to read its declarations.
  server
    .request("textDocument/hover", { textDocument: { uri }, position: { line: 0, character: 0 } })
    .catch(() => {});
  return folder;
}

function hasOptions(directory: string): boolean {
  return existsSync(join(directory, "tsconfig.json"));
}

/** With the library's declarations, each text takes a megabyte of memory until the collector works. */
const textsBetweenCollections = 32;

/** The options for JSX of the project in the notebook's folder, if it has any. */
async function jsxOptions(api: Api, directory: string): Promise<JsxOptions | undefined> {
  if (!hasOptions(directory)) return undefined;
  const { options } = await api.parseConfigFile(join(directory, "tsconfig.json"));
  const jsx = jsxNames[Number(options.jsx)];
  if (jsx === undefined) return undefined;
  const { jsxFactory, jsxFragmentFactory, jsxImportSource } = options as Partial<JsxOptions>;
  return { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource };
}

/** The values of the option `jsx` by the numbers that the compiler gives them. */
const jsxNames = [undefined, "preserve", "react-native", "react", "react-jsx", "react-jsxdev"];

/**
 * Names that are not imported are ours to offer (`completion.ts`): the compiler would look through all declarations for them,
 * again and again until it is not interrupted.
 */
const userPreferences = { suggest: { autoImports: false } };

/** What the editor can do that the server shall take us for; what it cannot do is not computed. */
const editor = {
  textDocument: {
    diagnostic: {},
    completion: { completionItem: { snippetSupport: false, labelDetailsSupport: true } },
    hover: { contentFormat: ["markdown"] },
    signatureHelp: { signatureInformation: { documentationFormat: ["markdown"] } },
  },
};
