import { shown } from "../../common/shown";
import type { Dyadic } from "../../theory/exact/dyadic";
import { toNumber } from "../../theory/exact/toNumber";
import type { ReluNetwork } from "../../theory/relu/reluNetwork";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";

/**
 * A ReLU network in float32: one dense layer "layer1/dense", "layer2/dense", … for each of its layers, every
 * weight rounded twice (to float64, then to float32), which loses what the theorems pack into long numbers.
 * Throws where a weight is beyond float32, about 3.4·10³⁸.
 */
export async function reluNetworkModel(network: ReluNetwork): Promise<ChainModel> {
  if (!Array.isArray(network?.layers))
    throw new TypeError(
      `Expected a ReLU network, as affine, compose and others make one; got ${shown(network)}.`,
    );
  const tf = await tensorflow();
  const model = tf.sequential({
    name: "relu-network",
    layers: network.layers.map((layer, i) =>
      tf.layers.dense({
        name: `layer${i + 1}/dense`,
        inputShape: [layer.inputs],
        units: layer.width,
        activation: layer.activation === "relu" ? "relu" : "linear",
        kernelInitializer: "zeros",
      }),
    ),
  });
  network.layers.forEach(({ inputs, width, weights, biases }, i) => {
    const kernel = new Float32Array(inputs * width);
    const bias = new Float32Array(width);
    for (const { row, column, value } of weights)
      kernel[column * width + row] = single(value, `layer ${i + 1}, weight [${row}, ${column}]`);
    for (const { row, value } of biases) bias[row] = single(value, `layer ${i + 1}, bias [${row}]`);
    const tensors = [tf.tensor2d(kernel, [inputs, width]), tf.tensor1d(bias)];
    model.layers[i].setWeights(tensors);
    for (const tensor of tensors) tensor.dispose();
  });
  return model;
}

function single(value: Dyadic, entry: string): number {
  const rounded = Math.fround(toNumber(value));
  if (!Number.isFinite(rounded)) throw new RangeError(`${entry} is beyond float32.`);
  return rounded;
}
