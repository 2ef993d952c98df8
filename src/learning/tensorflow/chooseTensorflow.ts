import fs from "node:fs";
import Module, { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { folderIfInstalled, loadPackage, packageFolder, withVersion } from "../../common/platform";
import { shown } from "../../common/shown";

/** The namespace of TensorFlow.js; the fall-back lacks what only the native package has. */
export type Tensorflow = typeof import("@tensorflow/tfjs-node");
/** The namespace of danfo.js, the data frames of the notebooks. */
export type DataFrames = typeof import("danfojs-node");

/** The TensorFlow that computes here, as `backendInfo` finds it. */
export type BackendInfo = {
  /** "tensorflow" is native; "javascript" trains the paper's CNN some hundred to a thousand times slower. */
  readonly backend: "tensorflow" | "javascript";
  /** Version of the native library; absent in the fall-back. */
  readonly tensorflow?: string;
  readonly tfjs: string;
  /** Node's version; in a browser, its user agent. */
  readonly node: string;
  /** Cores that a step may use. The number of threads decides the last digits of a result. */
  readonly threads: number;
  readonly oneDNN: boolean;
  /** Why the fall-back was chosen; absent where the native library computes. */
  readonly reason?: string;
};

/** A TensorFlow, ready to compute. */
export type Loaded = { readonly tf: Tensorflow; readonly info: BackendInfo };

const load = createRequire(__filename);
const NATIVE = "@tensorflow/tfjs-node";
const PORTABLE = "@tensorflow/tfjs";

/**
 * danfo.js, to be loaded after TensorFlow, which it needs.
 * @throws Error where it is missing, saying what to install.
 */
export function loadDataFrames(): DataFrames {
  return loadPackage("danfojs-node", "dataFrames()");
}

/** The native TensorFlow where its addon loads, else the one in pure JavaScript. @throws Error where neither is installed. */
export async function chooseTensorflow(): Promise<Loaded> {
  const threads = threadCount();
  const wish = process.env.INTRINSIC_PARAMS_BACKEND;
  if (wish !== undefined && wish !== "" && wish !== "javascript" && wish !== "tensorflow") {
    throw new RangeError(
      `INTRINSIC_PARAMS_BACKEND must be "tensorflow" or "javascript"; got ${shown(wish)}.`,
    );
  }
  if (wish === "javascript") return fallBack("INTRINSIC_PARAMS_BACKEND=javascript asks for it");
  try {
    return native(threads);
  } catch (error) {
    const reason = whyNoAddon(error);
    if (reason === undefined || wish === "tensorflow") throw error;
    const loaded = await fallBack(reason);
    console.warn(
      `TensorFlow runs in pure JavaScript: ${reason}. One training step of the paper's CNN takes minutes ` +
        `instead of a fraction of a second; ${bringsNative()} brings the native library.`,
    );
    return loaded;
  }
}

function native(threads: number): Loaded {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // Set before the library reads them: oneDNN and the threads, which split the sums, decide the last digits.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  // Otherwise the calling thread sleeps while others compute, and wakes one of them, which wakes the next.
  process.env.TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD ??= "1";
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  restoreUtil();
  const tf: Tensorflow = load(NATIVE);
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  return {
    tf,
    info: {
      backend: "tensorflow",
      tensorflow: binding.TF_Version,
      tfjs: tf.version["tfjs-core"],
      node: process.version,
      threads,
      oneDNN: process.env.TF_ENABLE_ONEDNN_OPTS !== "0",
    },
  };
}

/** Node 23 removed two functions that tfjs-node 4.22 calls. */
function restoreUtil(): void {
  const util = load("node:util");
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function fallBack(reason: string): Promise<Loaded> {
  if (folderIfInstalled(PORTABLE) === undefined) {
    throw new Error(
      `tensorflow() needs TensorFlow.js, which is not installed: npm install ${withVersion(PORTABLE)} (pure ` +
        `JavaScript) or npm install ${withVersion(NATIVE)} (native, much faster).`,
    );
  }
  const portable = load.resolve(PORTABLE);
  const hasNative = folderIfInstalled(NATIVE) !== undefined;
  // danfo requires the native package by name, and its import fails where that package cannot be loaded.
  const resolver = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
  const original = resolver._resolveFilename;
  resolver._resolveFilename = function (request, ...rest) {
    return request === NATIVE ? portable : original.call(this, request, ...rest);
  };
  const tf: Tensorflow = load(portable);
  // As natively, models are saved to and loaded from file://; the native package's file for this needs no addon.
  if (hasNative) {
    const { nodeFileSystemRouter: files } = load(`${NATIVE}/dist/io/file_system`);
    tf.io.registerSaveRouter(files);
    tf.io.registerLoadRouter(files);
  }
  await tf.setBackend("cpu");
  await tf.ready();
  // No greeting: our own warning recommends the same, and says it better.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  const info: BackendInfo = {
    backend: "javascript",
    tfjs: tf.version["tfjs-core"],
    node: process.version,
    threads: 1,
    oneDNN: false,
    reason,
  };
  return { tf, info };
}

/** The command that installs the native library: in a checkout our script, which builds the addon; elsewhere npm. */
function bringsNative(): string {
  const script = "scripts/native-tensorflow.mjs";
  if (fs.existsSync(path.join(packageFolder, script))) return `"node ${script}"`;
  return `"npm install ${withVersion(NATIVE)}"`;
}

/** The reason if the addon, or its package, is missing or does not load; undefined for any other error. */
function whyNoAddon(error: unknown): string | undefined {
  if (folderIfInstalled(NATIVE) === undefined) return `${NATIVE} is not installed`;
  const { code, message = "" } = error as NodeJS.ErrnoException;
  if (/native addon module .* can not/s.test(message)) return "its native addon is not installed";
  if (code === "ERR_DLOPEN_FAILED") return `its native addon does not load (${message.split("\n")[0]})`;
  return undefined;
}

/** More threads than this are taken for a mistake. */
const MOST_THREADS = 1024;

function threadCount(): number {
  const wish = process.env.INTRINSIC_PARAMS_THREADS;
  if (wish === undefined || wish === "") return availableParallelism();
  const threads = Number(wish);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new RangeError(
      `INTRINSIC_PARAMS_THREADS must be a whole number from 1 to ${MOST_THREADS}; got ${shown(wish)}.`,
    );
  }
  return threads;
}
