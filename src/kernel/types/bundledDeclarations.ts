import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** Declarations that stand in for those of many files. */
export type BundledDeclarations = {
  /** A folder with packages of JavaScript's own declarations, which the compiler takes for those that it brings along. */
  readonly typescript: string;
  /** Node's declarations as a package; undefined where the notebook has others. */
  readonly node: string | undefined;
  /** The compiler's option of that name: the packages that the notebook has from this project. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** Whether they stand in for a file: a program must not have it besides. */
  covers(file: string): boolean;
};

/** So begin the names of modules in bundled declarations; what follows is a name by which Node's rules find the module. */
export const bundledModule = "types:";

/** A text for the reader, in which such modules have the names by which they can be imported. */
export function withoutBundles(text: string): string {
  return text.replaceAll(`"${bundledModule}`, '"');
}

/** A name that the library exports. */
export type LibraryName = {
  readonly name: string;
  /** What it is, as completions say it. */
  readonly type: string;
  readonly isValue: boolean;
  readonly isType: boolean;
};

type Index = {
  /** SHA-256 of npm's list of what is installed. */
  readonly installed: string;
  readonly packages: readonly string[];
  readonly library: readonly string[];
  readonly folders: readonly string[];
  readonly names: readonly LibraryName[];
};

const project = join(__dirname, "..", "..", "..");

/**
 * What the build of this project, whose folder is `root`, has made of the declarations that cells of a notebook find in these
 * `node_modules`, the nearest first; undefined if other packages are installed since. The library's are left out where it has been
 * compiled since.
 */
export function bundledDeclarations(
  linked: readonly string[],
  root = project,
): BundledDeclarations | undefined {
  const folder = folderOf(root);
  const made = changedAt(join(folder, "index.json"));
  const index = readIndex(root);
  const installed = join(root, "node_modules", ".package-lock.json");
  if (made === undefined || index === undefined || !existsSync(installed)) return undefined;
  if (createHash("sha256").update(readFileSync(installed)).digest("hex") !== index.installed)
    return undefined;
  const sources = realpathSync(root);
  const isOurs = (name: string, own: string) => {
    const nearest = nearestOf(name, linked);
    return nearest === undefined ? undefined : realpathSync(nearest) === own;
  };
  const fromPackage = new Map<string, boolean>();
  const isPackageOurs = (specifier: string) => {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [specifier];
    const known = fromPackage.get(name) ?? isOurs(name, join(sources, "node_modules", name)) === true;
    fromPackage.set(name, known);
    return known;
  };
  const built = changedAt(join(root, "dist", ".tsbuildinfo"));
  const isCurrent = built !== undefined && built <= made;
  const library = index.library.filter((name) => isCurrent && isOurs(name, sources) === true);
  const packages = index.packages.filter(isPackageOurs);
  const covered = index.folders
    .filter((name) => name !== "dist" || library.length > 0)
    .map((name) => `${slashed(join(sources, name))}/`);
  const own = `${slashed(realpathSync(folder))}/`;
  return {
    typescript: join(folder, "node_modules", "@typescript"),
    node:
      isOurs("@types/node", join(sources, "node_modules", "@types", "node")) === false
        ? undefined
        : join(folder, "node_modules", "@types", "node"),
    paths: Object.fromEntries([
      ...library.map((name) => [name, [slashed(join(folder, "library.d.ts"))]]),
      ...packages.map((name) => [name, [slashed(join(folder, "packages.d.ts"))]]),
    ]),
    covers: (file) => covered.some((one) => file.startsWith(one)) && !file.startsWith(own),
  };
}

/** The names of the library, as the build has found them; none where cells do not find the library. */
export function libraryNames(linked: readonly string[]): readonly LibraryName[] {
  return nearestOf("intrinsic-params", linked) === undefined ? [] : (readIndex(project)?.names ?? []);
}

function nearestOf(name: string, linked: readonly string[]): string | undefined {
  return linked.map((modules) => join(modules, name)).find(existsSync);
}

function folderOf(root: string): string {
  return join(root, "dist", "kernel", "types", "declarations");
}

function readIndex(root: string): Index | undefined {
  const file = join(folderOf(root), "index.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Index) : undefined;
}

/** When a file was changed, in milliseconds; undefined if there is none. */
function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
