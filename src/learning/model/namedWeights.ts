import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { type InnerLayer, modelLayers } from "./innerLayers";

/** A weight or statistic of a model, its name there, and the layer that it belongs to. */
export type NamedWeight = InnerLayer & { readonly name: string; readonly variable: Variable };

/** Every weight and statistic once, by a name of its own; freezing changes neither order nor names. */
export function namedWeights(model: LayersModel): NamedWeight[] {
  const taken = new Set<string>();
  return modelLayers(model).flatMap((layer) =>
    layer.one.weights.map((weight) => {
      let name = weight.originalName;
      for (let k = 2; taken.has(name); k++) name = `${weight.originalName}#${k}`;
      taken.add(name);
      return { ...layer, name, variable: weight.read() as Variable };
    }),
  );
}

export function copy(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}

export function setVariable(tf: Tensorflow, variable: Variable, values: Float32Array): void {
  // The portable back end would keep the caller's own array.
  tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
}
