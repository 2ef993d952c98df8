import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { present } from "../../common/present";
import { tensorflow } from "../tensorflow/tensorflow";
import { checkLayersModel } from "./checkLayersModel";
import { checkWhole } from "./checkWhole";
import { modelLayers, unfreezeOnly } from "./innerLayers";

/**
 * A copy of a model, chain or graph, with a new last dense layer for `classes` classes: Glorot uniform by the seed,
 * softmax unless it was linear. It and the layers after it start anew and are unfrozen; the layers before it keep their
 * weights. The given model stays as it is: each call gives an equal backbone.
 * @throws Error for a model without a dense layer of its own, and for layers that TensorFlow.js cannot rebuild.
 */
export async function withNewHead(
  model: LayersModel,
  options: { classes: number; seed?: number },
): Promise<LayersModel> {
  checkKeys("withNewHead", options, { classes: true, seed: true });
  checkLayersModel(model);
  const { classes, seed = 0 } = options;
  checkWhole({ classes }, 2);
  checkWhole({ seed }, 0);
  const tf = await tensorflow();
  const headIndex = model.layers.map((layer) => layer.getClassName()).lastIndexOf("Dense");
  if (headIndex < 0) throw new Error("The model has no dense layer that could be its head.");
  const topology = model.toJSON(null, false) as unknown as Topology;
  const { name } = model.layers[headIndex];
  const head = present(
    topology.config.layers.find(({ config }) => config.name === name),
    name,
  );
  head.config.units = classes;
  // A sigmoid, say, that tells two classes apart by one unit cannot tell several apart.
  if (!["softmax", "linear"].includes(head.config.activation ?? "linear")) head.config.activation = "softmax";
  const copy = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: topology }));
  // Layer by layer at any depth: TensorFlow.js lists a nested model's weights in another order where part of it is frozen.
  const [from, to] = [modelLayers(model), modelLayers(copy)];
  const first = from.findIndex(({ one }) => one === model.layers[headIndex]);
  for (let i = 0; i < first; i++) {
    to[i].one.weights.forEach((weight, k) => {
      weight.write(from[i].one.weights[k].read());
    });
  }
  unfreezeOnly(copy, new Set(to.flatMap(({ one }, i) => (i >= first || from[i].trainable ? [one] : []))));
  tf.tidy(() => {
    const layer = copy.layers[headIndex];
    const [kernel, ...biases] = layer.getWeights();
    // 0 means "no seed" to TensorFlow.js.
    const initial = tf.initializers.glorotUniform({ seed: seed + 1 }).apply(kernel.shape);
    layer.setWeights([initial, ...biases.map((bias) => tf.zerosLike(bias))]);
  });
  return copy;
}

/** The part of a model's description as JSON that is changed. */
type Topology = { config: { layers: { config: { name: string; units?: number; activation?: string } }[] } };
