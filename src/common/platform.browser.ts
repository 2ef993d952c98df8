/** The names of `platform.ts` in their form for a browser: what needs files, processes or threads is refused. */
import { assertions } from "./assertions";
import { inspected } from "./inspected";
import type * as Node from "./platform";
import { sameDeeply } from "./sameDeeply";
import { createSha256 } from "./sha256";

export const needsNode: (what: string, instead: string) => never = (what, instead) => {
  throw new Error(`${what} needs Node, for files or processes, which a browser does not have: ${instead}.`);
};

/** Stands in for something of Node's; calling it, or anything in it, is refused. */
function absent<T extends object>(name: string): T {
  const refuse = () => needsNode(name, "do this part in Node");
  return new Proxy(refuse as unknown as T, {
    get: (_, key) => absent(`${name}.${String(key)}`),
    construct: () => refuse() as never,
  });
}

export const fs: typeof Node.fs = absent("fs");
export const files: typeof Node.files = absent("files");
export const path: typeof Node.path = absent("path");
export const fork: typeof Node.fork = absent("fork");
export const createHash: typeof Node.createHash = absent("createHash");
export const randomBytes: typeof Node.randomBytes = absent("randomBytes");
export const crc32: typeof Node.crc32 = absent("crc32");
export const cacheFolder: typeof Node.cacheFolder = absent("cacheFolder");
export const writeWhole: typeof Node.writeWhole = absent("writeWhole");
export const packageManifest: typeof Node.packageManifest = absent("packageManifest");
export const compiledFile: typeof Node.compiledFile = absent("compiledFile");
export const needsPackages: typeof Node.needsPackages = absent("needsPackages");
export const folderIfInstalled: typeof Node.folderIfInstalled = absent("folderIfInstalled");
export const importFile: typeof Node.importFile = absent("importFile");
export const loadPackage: typeof Node.loadPackage = absent("loadPackage");
export const folderOfPackage: typeof Node.folderOfPackage = absent("folderOfPackage");
export const machine: typeof Node.machine = absent("machine");
export const execute: typeof Node.execute = absent("execute");
export const startThread: typeof Node.startThread = absent("startThread");

export const withVersion: typeof Node.withVersion = (name) => name;
/** Only a default, for options that are refused anyway. */
export const packageFolder: string = ".";

export const assert = assertions as unknown as typeof Node.assert;
export const inspect = Object.assign((value: unknown) => inspected(value), {
  custom: Symbol.for("nodejs.util.inspect.custom"),
}) as unknown as typeof Node.inspect;
/** Browsers of before 2025 cannot tell without calling a proxy's traps, so that a proxy is none there. */
export const isNativeError: typeof Node.isNativeError = (value) =>
  (Error as { isError?: (value: unknown) => boolean }).isError?.(value) ?? false;
export const isDeepStrictEqual: typeof Node.isDeepStrictEqual = sameDeeply;

export const sha256: typeof Node.sha256 = () => {
  const hash = createSha256();
  const own: Node.Hash = {
    update(data) {
      hash.add(data);
      return own;
    },
    digest: () => hash.digest(),
  };
  return own;
};

export const gunzip: typeof Node.gunzip = async (bytes) => {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** A message to oneself arrives after what waits already, and without a timer's delay. */
export const breathe: typeof Node.breathe = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

export const print: typeof Node.print = (line) => console.log(line);

export const ask: typeof Node.ask = async (question) => {
  const answer = globalThis.prompt?.(question);
  if (typeof answer === "string") return answer;
  throw new Error("input: nobody answered; in a worker nobody can be asked.");
};

/** Pages of one origin are not one process, but may share what this number names. */
export const processId: number = Math.floor(Math.random() * 2 ** 32);

const GIBIBYTE = 2 ** 30;
/** Bytes: the gibibytes that the browser reports; if it reports none, what most machines have. */
export const machineMemory: typeof Node.machineMemory = () => {
  const { deviceMemory = 4 } = globalThis.navigator as { deviceMemory?: number };
  return deviceMemory * GIBIBYTE;
};

/** A page may not block until threads are done, so it computes alone. */
export const mostThreads: number = 1;
export const onThread: typeof Node.onThread = () => {};

const canShare = typeof SharedArrayBuffer !== "undefined";
export const isShared: typeof Node.isShared = ({ buffer }) => canShare && buffer instanceof SharedArrayBuffer;
export const sharedMemory: typeof Node.sharedMemory = (bytes) => new SharedArrayBuffer(bytes);
export const keepFreedMemory: typeof Node.keepFreedMemory = () => {};
export const unsetFloats: typeof Node.unsetFloats = (length) => new Float64Array(length);
