import type { Dataset } from "./dataset";
import { download } from "./download";
import { FASHION_MNIST_SHA256 } from "./fashionMnist";
import { MNIST_SHA256 } from "./mnist";
import { readFourFiles } from "./readFourFiles";

/**
 * KMNIST, cursive Japanese: 60,000 and 10,000 images of 28×28 (Clanuwat and others 2018, CC BY-SA 4.0), from the user's
 * own `folder`. Gzipped files are checked by the MD5 that the authors publish. Plain files have no published MD5: they
 * are checked for their sizes, for 6,000 and 1,000 images a class, for blank images, and for not being files of MNIST
 * or Fashion-MNIST, which have the same names. With `download`, missing files are fetched from the authors' site first
 * (21 MB), or from the address given; files that are there are kept.
 * @throws Error naming the file that is missing, or the damaged or wrong one that is to be deleted.
 */
export async function kmnist({
  folder,
  download: from = false,
}: {
  folder: string;
  download?: boolean | string;
} = NOWHERE): Promise<Dataset> {
  if (typeof folder !== "string" || folder === "") {
    throw new TypeError(`kmnist needs { folder }, the folder with its four files. ${HINT}`);
  }
  if (from !== false) {
    const md5 = Object.fromEntries(Object.entries(GZIP_MD5).map(([file, hash]) => [`${file}.gz`, hash]));
    await download({ name: "KMNIST", from: from === true ? SITE : from, folder, md5, hint: HINT });
  }
  return readFourFiles({
    name: "KMNIST",
    folder,
    classes: ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"],
    hint: HINT,
    gzipMd5: GZIP_MD5,
    counts: { train: 60_000, t10k: 10_000 },
    others: { MNIST: MNIST_SHA256, "Fashion-MNIST": FASHION_MNIST_SHA256 },
  });
}

/** For a call without arguments, which JavaScript allows and TypeScript does not. */
const NOWHERE = { folder: "" };
const SITE = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/";
const GZIP_MD5 = {
  "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
  "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
  "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
  "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
};
const HINT =
  "KMNIST is in no package registry: download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, " +
  "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz from http://codh.rois.ac.jp/kmnist/ into one folder " +
  'and call kmnist({ folder: "that folder" }).';
