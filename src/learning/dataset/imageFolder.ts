import { checkKeys } from "../../common/checkKeys";
import { files, type Hash, needsNode, path, sha256 } from "../../common/platform";
import { shown } from "../../common/shown";
import { type Dataset, dataset } from "./dataset";
import { DECODE_OPTIONS, type DecodeOptions, decodeImage, decodeOptions } from "./decodeImage";
import { holdOut } from "./holdOut";
import type { ImageSet } from "./imageSet";

/** How pictures are decoded, and how many are held out where the folder has no parts. */
export type ImageFolderOptions = DecodeOptions & {
  /** Share of each class that is kept for testing, default 0.2; not for a folder with parts of its own. */
  readonly test?: number;
  /** Decides which pictures are kept for testing. */
  readonly seed?: number;
};

const PARTS = ["train", "test", "validation"] as const;
/** Files that operating systems put into folders on their own; other hidden files start with a dot. */
const LITTER = new Set(["thumbs.db", "desktop.ini"]);
const LARGEST = 256;
const isPart = (name: string) => (PARTS as readonly string[]).includes(name);

/**
 * A data set from pictures (PNG, JPEG, GIF, WebP) in one subfolder for each class, the layout of PyTorch and Keras:
 * `folder/cat/1.png`, or `folder/train/cat/1.png` and `folder/test/cat/2.png` (and `validation`). Classes are sorted by
 * name, pictures scaled to `size` whatever their shape. In a folder without parts, each class gives round(test · its
 * pictures), at least one, for testing.
 * @throws Error naming the folder or file: no such folder, fewer than two classes or more than 256, a class with too
 *   few pictures, a file that is no picture, cut short or (as far as its format tells) damaged.
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  checkKeys("imageFolder", options, { ...DECODE_OPTIONS, test: true, seed: true });
  needsNode("imageFolder", "draw the pictures on a canvas, and give their bytes to dataset(…)");
  const { test, seed = 0 } = options;
  const { size, channels } = decodeOptions(options);
  const top = await foldersIn(folder);
  const hash = sha256();
  const describe = { name: path.basename(path.resolve(folder)), shape: [...size, channels] };
  const read = (part: string, classes: readonly string[]) =>
    readPart({ folder: path.join(folder, part), part, classes, options, hash });
  const finish = (parts: Pick<Dataset, "classes" | "train" | "test" | "validation">) =>
    dataset({ ...describe, ...parts, checksums: { [describe.name]: hash.digest("hex") } });

  if (!(top.includes("train") && top.includes("test"))) {
    if (top.includes("train") && top.every((name) => isPart(name))) {
      throw new Error(
        `${folder} has a folder "train", but no "test": add it, or give the folder "train" itself.`,
      );
    }
    const classes = checkClasses(folder, top);
    const { train, test: held } = holdOut(await read("", classes), {
      of: "pictures",
      classes,
      shares: { test: test ?? 0.2 },
      seed,
    });
    return finish({ classes, train, test: held });
  }
  if (test !== undefined) {
    throw new Error(`${folder} has its own folder "test": leave the option test (${test}) out.`);
  }
  const other = top.find((name) => !isPart(name));
  if (other) {
    throw new Error(
      `${folder} has "train" and "test", and beside them ${shown(other)}: move it into both, or elsewhere.`,
    );
  }
  const classes = checkClasses(path.join(folder, "train"), await foldersIn(path.join(folder, "train")));
  const readFilled = async (part: (typeof PARTS)[number]) => {
    const unknown = (await foldersIn(path.join(folder, part))).find((name) => !classes.includes(name));
    if (unknown)
      throw new Error(`${path.join(folder, part)}: the class ${shown(unknown)} is not in "train".`);
    const set = await read(part, classes);
    if (set.labels.length === 0) throw new Error(`${path.join(folder, part)} holds no picture.`);
    return set;
  };
  // One after another, since the checksum depends on the order of the files.
  const train = await readFilled("train");
  const held = await readFilled("test");
  const validation = top.includes("validation") ? await readFilled("validation") : undefined;
  return finish({ classes, train, test: held, ...(validation && { validation }) });
}

/** The pictures of the classes in one folder, class after class, by file name; `hash` is updated by names and bytes. */
async function readPart(job: {
  folder: string;
  part: string;
  classes: readonly string[];
  options: DecodeOptions;
  hash: Hash;
}): Promise<ImageSet> {
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [label, name] of job.classes.entries()) {
    const folder = path.join(job.folder, name);
    const here = job.part === "" || job.part === "train" ? await visible(folder) : await visibleIfAny(folder);
    if (here.length === 0 && job.part === "train") {
      throw new Error(
        `The class ${shown(name)} has no picture in ${folder}: add some, or remove the folder.`,
      );
    }
    for (const file of here) {
      const picture = path.join(folder, file);
      if ((await files.stat(picture)).isDirectory()) {
        throw new Error(`${picture} is a folder; pictures stand directly in the folder of their class.`);
      }
      const bytes = await files.readFile(picture);
      images.push(await decodeImage(bytes, picture, job.options));
      labels.push(label);
      job.hash.update(`${job.part}/${name}/${file}\0${bytes.length}\0`).update(bytes);
    }
  }
  const size = images[0]?.length ?? 0;
  const joined = new Uint8Array(size * images.length);
  for (const [i, image] of images.entries()) joined.set(image, i * size);
  return { images: joined, labels: Uint8Array.from(labels) };
}

/** Names in a folder that are not hidden, sorted by code, so that every machine has the same order. */
async function visible(folder: string): Promise<string[]> {
  const names = await files.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new Error(`${folder}: there is no such folder.`);
    if (error.code === "ENOTDIR") throw new Error(`${folder} is a file; expected a folder of classes.`);
    throw error;
  });
  return names.filter((name) => !name.startsWith(".") && !LITTER.has(name.toLowerCase())).sort();
}

/** A class may be missing from the test part. */
const visibleIfAny = async (folder: string) =>
  (await files.stat(folder).catch(() => undefined)) ? visible(folder) : [];

async function foldersIn(folder: string): Promise<string[]> {
  if (typeof folder !== "string" || folder === "") {
    throw new TypeError(
      `imageFolder needs a folder with one subfolder for each class; got ${shown(folder)}.`,
    );
  }
  const names = await visible(folder);
  const kinds = await Promise.all(
    names.map(async (name) => (await files.stat(path.join(folder, name))).isDirectory()),
  );
  return names.filter((_, i) => kinds[i]);
}

function checkClasses(folder: string, classes: string[]): string[] {
  if (classes.length < 2 || classes.length > LARGEST) {
    const found = classes.length === 1 ? `one ("${classes[0]}")` : classes.length;
    throw new Error(
      `${folder} needs 2 to ${LARGEST} subfolders, one for each class and named after it; found ${found}.`,
    );
  }
  return classes;
}
