import { files as fileSystem, loadPackage, needsNode, path, writeWhole } from "../../common/platform";
import { shown } from "../../common/shown";
import { unlessMissing } from "../../common/unlessMissing";
import { type Dataset, dataset } from "./dataset";
import type { ImageSet } from "./imageSet";

/**
 * Writes images of bytes as PNG files into one subfolder for each class, `folder/cat/00001.png`, which
 * `imageFolder` reads back exactly; returns how many. Files of the same name are replaced.
 * @throws Error for standardised images, names of classes that cannot be folders, and a folder that holds
 *   anything else, which would be read as part of the data.
 */
export async function saveImageFolder(
  folder: string,
  set: ImageSet,
  { shape, classes }: Pick<Dataset, "shape" | "classes">,
): Promise<number> {
  needsNode("saveImageFolder", "keep the images as a data set");
  const [height, width, channels] = shape;
  if (!(set.images instanceof Uint8Array)) {
    throw new TypeError("Images are standardised: write them as they were read, as bytes.");
  }
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new RangeError(`Expected images of 1 or 3 channels; got the shape ${shape.join("×")}.`);
  }
  dataset({ name: folder, shape, classes, train: set, test: set, checksums: {} });
  const improper = classes.find((name) => !/^[^./\\:*?"<>|\s][^/\\:*?"<>|]*$/.test(name));
  if (improper !== undefined) throw new Error(`The class ${shown(improper)} cannot be the name of a folder.`);
  if (new Set(classes).size < classes.length) throw new Error("Two classes have one name.");
  const counts = classes.map(() => 0);
  const files = Array.from(set.labels, (label) =>
    path.join(classes[label], `${String(++counts[label]).padStart(5, "0")}.png`),
  );
  await checkEmpty(folder, new Set(files));
  const { createCanvas } = loadPackage<typeof import("@napi-rs/canvas")>(
    "@napi-rs/canvas",
    "saveImageFolder",
  );
  const context = createCanvas(width, height).getContext("2d");
  const pixels = context.createImageData(width, height);
  const size = height * width * channels;
  let writing: Promise<number>[] = [];
  for (const [i, file] of files.entries()) {
    const image = set.images.subarray(i * size, (i + 1) * size);
    for (let p = 0; p < height * width; p++) {
      for (let c = 0; c < 3; c++) pixels.data[4 * p + c] = image[channels === 1 ? p : 3 * p + c];
      pixels.data[4 * p + 3] = 255;
    }
    context.putImageData(pixels, 0, 0);
    writing.push(writeWhole(path.join(folder, file), context.canvas.toBuffer("image/png")));
    // The disk writes several files at once faster than one after another.
    if (writing.length === 32) {
      await Promise.all(writing);
      writing = [];
    }
  }
  await Promise.all(writing);
  return files.length;
}

async function checkEmpty(folder: string, ours: ReadonlySet<string>): Promise<void> {
  const entries = await fileSystem
    .readdir(folder, { recursive: true, withFileTypes: true })
    .catch(unlessMissing([]));
  for (const entry of entries) {
    const there = path.relative(folder, path.join(entry.parentPath, entry.name));
    if (entry.isDirectory() || entry.name.startsWith(".") || ours.has(there)) continue;
    throw new Error(`${folder} holds something else, ${there}: choose an empty folder.`);
  }
}
