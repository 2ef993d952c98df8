import { needsNode, packageFolder, path } from "../../common/platform";
import type { Dataset } from "./dataset";
import { readFourFiles } from "./readFourFiles";

/** Fashion-MNIST, clothes: 60,000 and 10,000 images of 28×28 (Xiao, Rasul, Vollgraf 2017), from the package's data/. */
export async function fashionMnist(): Promise<Dataset> {
  needsNode("fashionMnist", "fetch its four files, and give what parseIdx makes of them to dataset(…)");
  return readFourFiles({
    name: "Fashion-MNIST",
    folder: path.join(packageFolder, "data", "fashion-mnist"),
    classes: [
      "T-shirt",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    hint: "The repository of this package has the files in data/fashion-mnist: copy that folder from there.",
    sha256: FASHION_MNIST_SHA256,
  });
}

/** SHA-256 of the uncompressed files. */
export const FASHION_MNIST_SHA256 = {
  "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
};
