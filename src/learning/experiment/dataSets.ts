import type { Dataset } from "../dataset/dataset";
import { fashionMnist } from "../dataset/fashionMnist";
import { kmnist } from "../dataset/kmnist";
import { mnist } from "../dataset/mnist";

/** Where the files are of a data set that the project may not bring. */
type Folders = { readonly kmnistFolder?: string };

/** The data sets that a configuration may name, and how each is read; all of them have ten classes. */
export const dataSets = {
  mnist,
  "fashion-mnist": fashionMnist,
  kmnist: ({ kmnistFolder = "" }) => kmnist({ folder: kmnistFolder }),
} satisfies Record<string, (folders: Folders) => Promise<Dataset>>;

/** The name of a data set in a configuration. */
export type DataName = keyof typeof dataSets;
