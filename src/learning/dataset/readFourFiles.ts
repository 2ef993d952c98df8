import { createHash, files, fs, needsNode, path as paths } from "../../common/platform";
import { type Dataset, dataset } from "./dataset";
import type { ImageSet } from "./imageSet";
import { type IdxArray, readIdx } from "./readIdx";
import { countByClass } from "./splitValidation";

/** A larger share of one-coloured pictures means a damaged file: the sets have next to none. */
const BLANK_SHARE = 1 / 100;

type Source = {
  name: string;
  folder: string;
  classes: readonly string[];
  /** What to do where a file is missing or wrong. */
  hint: string;
  /** SHA-256 of the uncompressed files, by name without .gz. */
  sha256?: Record<string, string>;
  /** MD5 of the .gz files, where nothing better was published. */
  gzipMd5?: Record<string, string>;
  /** SHA-256 of other data sets' files, which are refused; by data set. Plain files have no published checksum here. */
  others?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How many images there are, equally many of each class, where no checksum makes sure of it. */
  counts?: Readonly<Record<Part, number>>;
};

type Part = "train" | "t10k";

/** Reads the four files that MNIST and its kin consist of, plain or .gz, and checks every byte of them. */
export async function readFourFiles(source: Source): Promise<Dataset> {
  needsNode(source.name, "fetch its four files, and give what parseIdx makes of them to dataset(…)");
  const checksums: Record<string, string> = {};
  const read = async (file: string) => {
    const array = await readChecked(source, file);
    checksums[file] = array.sha256;
    return array;
  };
  const set = async (prefix: Part): Promise<ImageSet> => {
    const images = await read(`${prefix}-images-idx3-ubyte`);
    const labels = await read(`${prefix}-labels-idx1-ubyte`);
    if (images.shape.slice(1).join() !== "28,28" || labels.shape.length !== 1) {
      throw new Error(
        `${source.name}: expected images of 28×28 and one label each for ${prefix}; got the shapes ` +
          `${images.shape.join("×")} and ${labels.shape.join("×")}. ${source.hint}`,
      );
    }
    if (source.counts) checkCounts(source, images, labels, source.counts[prefix]);
    return { images: images.data, labels: labels.data };
  };
  const train = await set("train");
  const test = await set("t10k");
  return dataset({ name: source.name, shape: [28, 28, 1], classes: source.classes, train, test, checksums });
}

type FileArray = IdxArray & { readonly path: string };

/** Checks what it can of files without a checksum: their sizes, their classes, and that few pictures are blank. */
function checkCounts(source: Source, images: FileArray, labels: FileArray, wanted: number): void {
  for (const { path, shape } of [images, labels])
    if (shape[0] !== wanted) throw wrong(source, path, `holds ${shape[0]} entries, expected ${wanted}`);
  const each = wanted / source.classes.length;
  const counts = countByClass({ images: images.data, labels: labels.data }, source.classes.length);
  if (counts.some((count) => count !== each))
    throw wrong(source, labels.path, `has ${counts.join(", ")} labels by class, expected ${each} of each`);
  const size = images.data.length / wanted;
  let blank = 0;
  for (let from = 0; from < images.data.length; from += size) {
    const image = images.data.subarray(from, from + size);
    if (image.every((value) => value === image[0])) blank++;
  }
  if (blank > wanted * BLANK_SHARE)
    throw wrong(
      source,
      images.path,
      `has ${blank} blank images of ${wanted}, as a file cut short and filled up`,
    );
}

function wrong({ name, hint }: Source, path: string, reason: string): Error {
  return new Error(`${name}: ${path} ${reason}. Delete it. ${hint}`);
}

async function readChecked(source: Source, file: string): Promise<FileArray> {
  const { name, folder, hint, sha256, gzipMd5, others = {} } = source;
  const path = [file, `${file}.gz`].map((entry) => paths.join(folder, entry)).find(fs.existsSync);
  if (!path) throw new Error(`${name}: no ${file} or ${file}.gz in ${folder}. ${hint}`);
  const array = await readIdx(path).catch((error) => {
    // An error with a code is the system's: it could not read the file, and the file may be right.
    const remedy = error.code ? hint : `Delete it. ${hint}`;
    throw new Error(`${name} in ${folder}: ${error.message.replace(/\.?$/, ".")} ${remedy}`, {
      cause: error,
    });
  });
  const refuse = (kind: string, found: string, want: string) => {
    throw wrong(source, path, `is not the published file (${kind} ${found}, expected ${want})`);
  };
  const other = Object.entries(others).find(([, hashes]) => Object.values(hashes).includes(array.sha256));
  if (other) throw new Error(`${name}: ${path} is a file of ${other[0]}. ${hint}`);
  if (sha256 && array.sha256 !== sha256[file]) refuse("SHA-256", array.sha256, sha256[file]);
  if (gzipMd5 && path.endsWith(".gz")) {
    const md5 = createHash("md5")
      .update(await files.readFile(path))
      .digest("hex");
    if (md5 !== gzipMd5[file]) refuse("MD5", md5, gzipMd5[file]);
  }
  return { ...array, path };
}
