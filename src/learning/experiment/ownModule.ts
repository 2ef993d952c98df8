import { any, dictionary, type JsonCheck, record, refuse, text } from "../../common/jsonCheck";
import { files, fs, importFile, path, sha256 } from "../../common/platform";
import { shown } from "../../common/shown";

/** A JavaScript module of one's own that makes a model or a data set for a configuration. */
export type OwnModule = {
  /** Its path, from the folder of the sweep file or the folder that is given to `runExperiment`; no part of a run's name. */
  readonly file: string;
  /** SHA-256 of the module and of all that it imports by relative paths, as `moduleSum` computes it: part of a run's name. */
  readonly sha256: string;
  /** The name of the exported function; its default export if absent. */
  readonly export?: string;
  /** Given to the function, beside the run's seed. */
  readonly options?: Readonly<Record<string, unknown>>;
};

/** Refuses anything but a module of one's own with its checksum, and names the path of the fault. */
export const checkOwnModule: JsonCheck = (value, at) =>
  record({ file: text, sha256: isSum }, { export: text, options: dictionary(any) })(value, at);

const isSum: JsonCheck = (value, at) => {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value))
    refuse(at, "a SHA-256 of 64 hexadecimal digits, as moduleSum(file) gives it", value);
};

/** Where a text imports from by a path of its own: from "./x", import "./x", import("./x"), require("./x"). */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/**
 * The SHA-256 of a module and of the files that it imports by relative paths, and these theirs, in the order in which they
 * are met. What it imports from packages, and by paths that it computes, is not in it.
 * @throws Error naming the file if there is none.
 */
export async function moduleSum(file: string): Promise<string> {
  const hash = sha256();
  const met = new Set<string>();
  const visit = async (one: string): Promise<void> => {
    if (met.has(one)) return;
    met.add(one);
    const content = await files.readFile(one, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new Error(`The module ${one} cannot be read (${error.code}).`, { cause: error });
    });
    hash.update(`${content.length}\n`).update(content);
    for (const [, from] of content.matchAll(IMPORTED)) {
      const next = path.resolve(path.dirname(one), from);
      // A text that only looks like an import leads nowhere.
      if (fs.existsSync(next) && fs.statSync(next).isFile()) await visit(next);
    }
  };
  await visit(path.resolve(file));
  return hash.digest("hex");
}

/**
 * What the function of a module makes, called with the seed and the module's options.
 * @throws Error where the module was changed since the run was planned, or has no such function.
 */
export async function madeByModule(own: OwnModule, seed: number, folder: string): Promise<unknown> {
  const file = path.resolve(folder, own.file);
  const found = await moduleSum(file);
  if (found !== own.sha256) {
    throw new Error(
      `The module ${own.file} was changed since this run was planned (SHA-256 ${found}, planned ${own.sha256}): plan the ` +
        "sweep again, so that the run gets a name of its own, or take the module back.",
    );
  }
  const exported = (await importFile(file).catch((error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : shown(error);
    throw new Error(`The module ${own.file} cannot be loaded: ${reason}`, { cause: error });
  })) as Readonly<Record<string, unknown>>;
  const name = own.export ?? "default";
  const make = exported[name];
  if (typeof make !== "function")
    throw new TypeError(`The module ${own.file} must export a function ${shown(name)}; got ${shown(make)}.`);
  return make({ seed, ...own.options });
}
