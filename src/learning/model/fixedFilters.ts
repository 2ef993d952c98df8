import type { LayersModel } from "@tensorflow/tfjs-node";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { checkLayersModel } from "./checkLayersModel";

/**
 * Sets every kernel by a formula, without data and without chance (our own idea): with D_k the k-th
 * two-dimensional cosine transform of the kernel's size (c = height·width of them) and H Hadamard's matrix of signs,
 *   W[y, x, i, o] = √(2/in) · D_k(y, x) · H[i, h(o)],  k = o mod c;
 * a dense layer's kernel has size 1×1. h visits the columns in steps of their golden section, so that outputs
 * mix their inputs differently; an input of one channel gets each filter with both signs. Each kernel has the
 * norm that He's random one has on average. Biases stay as they are: 0 in a new model.
 */
export function setFixedFilters(model: LayersModel): void {
  checkLayersModel(model);
  const tf = loadedTensorflow();
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (kind !== "Conv2D" && kind !== "Dense") continue;
    const [kernel, ...biases] = layer.getWeights();
    const [height, width, inputs, outputs] = kind === "Dense" ? [1, 1, ...kernel.shape] : kernel.shape;
    const values = tf.tensor(fixedFilters([height, width, inputs, outputs] as Shape), kernel.shape);
    layer.setWeights([values, ...biases]);
    values.dispose();
  }
}

type Shape = readonly [height: number, width: number, inputs: number, outputs: number];

/** The kernel of that shape, height × width × inputs × outputs, row-major. */
export function fixedFilters([height, width, inputs, outputs]: Shape): Float32Array {
  const kernel = new Float32Array(height * width * inputs * outputs);
  const filters = height * width;
  const columns = 2 ** Math.ceil(Math.log2(inputs));
  // Odd, so that every column comes up.
  const stride = Math.floor(columns * 0.618) | 1;
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          const k = o % filters;
          const sign =
            inputs === 1 ? 1 - 2 * (Math.floor(o / filters) % 2) : hadamard(i, (o * stride) % columns);
          const filter = cosine(y, Math.floor(k / width), height) * cosine(x, k % width, width);
          kernel[at++] = Math.sqrt(2 / inputs) * filter * sign;
        }
  return kernel;
}

/** Entry of the orthonormal cosine transform of `size` points. */
function cosine(point: number, frequency: number, size: number): number {
  const norm = Math.sqrt((frequency === 0 ? 1 : 2) / size);
  return norm * Math.cos((Math.PI * frequency * (2 * point + 1)) / (2 * size));
}

/** Entry ±1 of Hadamard's matrix: the parity of the common bits of row and column. */
function hadamard(row: number, column: number): number {
  let parity = 0;
  for (let bits = row & column; bits > 0; bits &= bits - 1) parity ^= 1;
  return parity === 0 ? 1 : -1;
}
