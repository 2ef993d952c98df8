/**
 * What depends on the platform, in its form for Node. `platform.browser.ts` has the same names for a browser; the
 * field `browser` of package.json tells bundlers to take that file.
 */
import { constants } from "node:buffer";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import nodeFs from "node:fs";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import nodePath from "node:path";
import { createInterface } from "node:readline/promises";
import { pathToFileURL } from "node:url";
import { promisify, types } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { gunzip as gunzipCallback } from "node:zlib";
import { shown } from "./shown";

export { strict as assert } from "node:assert";
export { fork } from "node:child_process";
export { createHash, randomBytes } from "node:crypto";
export { inspect, isDeepStrictEqual } from "node:util";
export { crc32 } from "node:zlib";
export { cacheFolder } from "./cacheFolder.cjs";
export { writeWhole } from "./writeWhole.cjs";

/** Whether a value is an error of the language, also of another realm; reading it calls none of its own code. */
export function isNativeError(value: unknown): boolean {
  return types.isNativeError(value);
}

/** Files, at once and with promises, and the names of files. */
export const fs: typeof import("node:fs") = nodeFs;
export const files: typeof import("node:fs/promises") = nodeFs.promises;
export const path: typeof import("node:path") = nodePath;

/** In a browser, refuses `what`, which needs files or processes, and says what to do `instead`; does nothing here. */
export function needsNode(_what: string, _instead: string): void {}

/** A running SHA-256. */
export type Hash = { update(data: string | Uint8Array): Hash; digest(encoding: "hex"): string };

/** Begins a SHA-256 of texts in UTF-8 and of bytes. */
export function sha256(): Hash {
  return createHash("sha256");
}

/** The bytes that a gzip file was made of; rejects where it is damaged. */
export const gunzip: (bytes: Uint8Array) => Promise<Uint8Array> = promisify(gunzipCallback);

/** Lets timers, signals and other cells have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Writes a line to the program's output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Asks the person at the program for a line of text. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** A number that tells this process from others that run at the same time. */
export const processId: number = process.pid;

const GIGABYTE = 2 ** 30;

/**
 * Bytes of memory that this process may count on: INTRINSIC_PARAMS_MEMORY in GB, where it is one of several that share
 * the machine; else what the container is allowed; else what the machine has.
 * @throws RangeError where the variable is no number above 0.
 */
export function machineMemory(): number {
  const wish = process.env.INTRINSIC_PARAMS_MEMORY;
  if (wish !== undefined && wish !== "") {
    const gigabytes = Number(wish);
    if (!(gigabytes > 0 && Number.isFinite(gigabytes)))
      throw new RangeError(
        `INTRINSIC_PARAMS_MEMORY must be a number of gigabytes above 0; got ${shown(wish)}.`,
      );
    return gigabytes * GIGABYTE;
  }
  const allowed = process.constrainedMemory?.() ?? 0;
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** Processor, cores, memory and system of this machine. */
export function machine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** What a program writes to standard output; rejects if there is no such program or it ends with an error. */
export async function execute(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args)).stdout;
}

/** The folder of this package, the same whether its sources or its compiled files run. */
export const packageFolder: string = path.resolve(__dirname, "../..");

/** The package.json of this package. */
export function packageManifest(): { readonly version: string } & Partial<
  Record<"dependencies" | "peerDependencies", Readonly<Record<string, string>>>
> {
  return JSON.parse(nodeFs.readFileSync(path.join(packageFolder, "package.json"), "utf8"));
}

/** The path of a compiled file of this package, by its name under dist. */
export function compiledFile(name: string): string {
  return path.join(packageFolder, "dist", name);
}

const require_ = createRequire(__filename);

/** Refuses to begin while packages are missing. @throws Error naming those that are not installed, and what to do. */
export function needsPackages(names: readonly string[], what: string): void {
  const missing = names.filter((name) => folderIfInstalled(name) === undefined);
  if (missing.length === 0) return;
  const [noun, are] = missing.length === 1 ? ["package", "is"] : ["packages", "are"];
  throw new Error(
    `${what} needs the ${noun} ${missing.join(", ")}, which ${are} not installed: ` +
      `npm install ${missing.map(withVersion).join(" ")}.`,
  );
}

/** Another package, loaded when it is first needed. @throws Error saying what to install, if it is missing. */
export function loadPackage<T>(name: string, what: string): T {
  needsPackages([name], what);
  return require_(name);
}

/** What a JavaScript file of the user's exports; an ES module or CommonJS. */
export function importFile(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}

/** The folder of another package. @throws Error saying what to install, if it is missing. */
export function folderOfPackage(name: string, what: string): string {
  needsPackages([name], what);
  return folderIfInstalled(name) as string;
}

/** The folder of another package; undefined if it is not installed. */
export function folderIfInstalled(name: string): string | undefined {
  const folders = require_.resolve.paths(name) ?? [];
  return folders
    .map((folder) => path.join(folder, name))
    .find((folder) => fs.existsSync(path.join(folder, "package.json")));
}

/** The name of a package with the version that this package was tested with. */
export function withVersion(name: string): string {
  const { dependencies, peerDependencies } = packageManifest();
  const version = { ...dependencies, ...peerDependencies }[name];
  return version === undefined ? name : `${name}@${version}`;
}

/** Threads that may take part in one computation. */
export const mostThreads: number = Number.POSITIVE_INFINITY;

/** A thread that runs a compiled file of this package. */
export type Thread = { post(message: unknown): void; end(): void };

/** Starts a thread for a role; it never keeps the process alive. `onEnd` is called however the thread ends. */
export function startThread(compiled: string, role: string, onEnd: () => void): Thread {
  const worker = new Worker(compiledFile(compiled), { workerData: role });
  worker.on("error", onEnd);
  worker.on("exit", onEnd);
  worker.unref();
  return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
}

/** Receives what is posted to this thread, if it was started for the role. */
export function onThread<Message>(role: string, receive: (message: Message) => void): void {
  if (!isMainThread && workerData === role) parentPort?.on("message", receive);
}

/** Whether an array lies in memory that threads share. */
export function isShared({ buffer }: Float64Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** Memory that threads share. */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** Bytes of a block that, freed once, makes glibc keep what is freed later; it takes no more than 32 MB for this. */
const KEEPING = 30 * 2 ** 20;
let keeps = false;

/**
 * Lets the allocator use freed memory again for arrays of up to 30 MB. Otherwise glibc maps each large array anew, and
 * every page of it costs a fault: three times as long as looking up the values that it is for. glibc raises its limits
 * when a mapped block is freed [mallopt(3), M_MMAP_THRESHOLD]; nobody writes to this one, so it takes no memory.
 */
export function keepFreedMemory(): void {
  if (keeps) return;
  keeps = true;
  void new ArrayBuffer(KEEPING);
}

/**
 * So many numbers for one who writes all of them: until then they are whatever the memory held. Setting memory to zero
 * takes half as long as looking up the values that it is for.
 */
export function unsetFloats(length: number): Float64Array {
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  if (bytes > constants.MAX_LENGTH) return new Float64Array(length);
  return new Float64Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
