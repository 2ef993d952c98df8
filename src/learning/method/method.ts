import type { LayersModel, layers, Tensor, Variable } from "@tensorflow/tfjs-node";
import { shown } from "../../common/shown";
import { unfrozenLayers } from "../model/activity";
import { type LayerSelection, selectLayers } from "../model/freeze";
import { isBatchNorm } from "../model/isBatchNorm";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";

/**
 * What is trained, and how the model's weights follow from it: parameters θ, and weights w(θ) that the model holds at
 * all times, so that every trained model is a plain one.
 */
export type Method = {
  readonly name: string;
  /** θ, what the optimizer changes. */
  readonly parameters: readonly Variable[];
  /** Those weights of the model that depend on θ. */
  readonly carriers: readonly Variable[];
  /** What w(θ) depends on apart from θ: the carriers' first weights, random directions. */
  readonly constants?: readonly Tensor[];
  /**
   * Layers that the method leaves unfrozen: their statistics move and their drop-out is on. `fit` freezes all others,
   * whatever has changed since the method was made. Without this list, layers stay as they are.
   */
  readonly unfrozen?: readonly layers.Layer[];
  /**
   * Sets the carriers to w(θ), and BatchNorm's statistics to those that its training left. A model predicts by the
   * method that wrote last: others that write to the same weights are unloaded.
   */
  write(): void;
  /**
   * Restores the model bit for bit as it was when the method was made, statistics included; `write` puts back what
   * was learnt.
   * @throws Error where something else has changed the weights since.
   */
  unload(): void;
  /** From ∂loss/∂w, in the order of the carriers, to ∂loss/∂θ; takes over the tensors it is given. */
  pullback(gradients: readonly Tensor[]): readonly Tensor[];
  /** Frees what the method holds outside the model; the model keeps what was learnt as its own. */
  dispose(): void;
  /** What the method found in the model and left there; for `fit` and `combine`. */
  readonly hold?: Hold;
};

/** How many numbers a method trains. */
export function trainedBy(method: Pick<Method, "parameters">): number {
  return method.parameters.reduce((sum, { size }) => sum + size, 0);
}

/** θ = all weights of the layers that are not frozen. */
export function unfrozenWeights(model: LayersModel): Method {
  return direct("weights", model, unfrozenVariables(model));
}

/** θ = some of the model's own weights. The model is already frozen as its training needs; `unmark` undoes that. */
export function direct(
  name: string,
  model: LayersModel,
  variables: readonly Variable[],
  unmark?: () => void,
): Method {
  const hold = Hold.of(model, { name, carriers: variables, own: variables, make: () => {}, unmark });
  return {
    ...ownWeights(name, model, variables),
    write: () => hold.write(),
    unload: () => hold.unload(),
    dispose: () => hold.release(),
    hold,
  };
}

/** Like `direct`, but without remembering the model as it was before: what `fit` trains where no method is given. */
export function ownWeights(
  name: string,
  model: LayersModel,
  variables: readonly Variable[] = unfrozenVariables(model),
): Method {
  return {
    name,
    parameters: variables,
    carriers: variables,
    unfrozen: unfrozenLayers(model),
    write: () => {},
    unload: () => {},
    pullback: (g) => g,
    dispose: () => {},
  };
}

/** All weights of the layers that are not frozen, each once. */
export function unfrozenVariables(model: LayersModel): Variable[] {
  const weights = unfrozenLayers(model).flatMap(({ trainableWeights }) => trainableWeights);
  return [...new Set(weights.map((weight) => weight.read() as Variable))];
}

/**
 * Several methods at once, each with weights of its own, in any order; a layer is unfrozen if one of them leaves it
 * unfrozen.
 * @throws Error where two of them change the same weight, TypeError for what is no method that this library made.
 */
export function combine(...methods: readonly Method[]): Method {
  const wrong = methods.find((method) => !(method?.hold instanceof Hold));
  if (wrong !== undefined || methods.length === 0) {
    const got = wrong === undefined ? "none" : shown(wrong);
    throw new TypeError(
      `combine takes methods made of the model: combine(headOnly(model), lora(model)); got ${got}.`,
    );
  }
  const carriers = methods.flatMap((method) => method.carriers);
  const twice = carriers.find((carrier, i) => carriers.indexOf(carrier) !== i);
  if (twice) throw new Error(`Two of the methods change ${twice.name}: give each weights of its own.`);
  const name = methods.map((method) => method.name).join(" + ");
  const hold = Hold.joined(
    name,
    methods.map((method) => method.hold as Hold),
  );
  return {
    name,
    parameters: methods.flatMap((method) => method.parameters),
    carriers,
    constants: methods.flatMap(({ constants = [] }) => constants),
    unfrozen: methods.flatMap(({ unfrozen = [] }) => unfrozen),
    write: () => hold.write(),
    unload: () => hold.unload(),
    pullback: (gradients) => {
      let from = 0;
      return methods.flatMap((method) => {
        const own = gradients.slice(from, from + method.carriers.length);
        from += own.length;
        return method.pullback(own);
      });
    },
    dispose: () => {
      hold.release();
      for (const method of methods) method.dispose();
    },
    hold,
  };
}

/** One carrier and the parameters that make it. */
export type Part = {
  readonly carrier: Variable;
  readonly parameters: readonly Variable[];
  /** w(θ), shaped as the carrier. */
  weights(): Tensor;
  /** From ∂loss/∂w to ∂loss/∂θ. */
  pullback(gradient: Tensor): readonly Tensor[];
  /** Constants to be freed with the method, beside the parameters. */
  readonly constants?: readonly Tensor[];
};

/** A method whose carriers depend on disjoint parameters; `shared` constants are freed with it. */
export function fromParts(
  name: string,
  model: LayersModel,
  parts: readonly Part[],
  shared: readonly Tensor[] = [],
): Method {
  const tf = loadedTensorflow();
  const constants = [...parts.flatMap((part) => part.constants ?? []), ...shared];
  return adapter(model, {
    name,
    parameters: parts.flatMap((part) => part.parameters),
    carriers: parts.map((part) => part.carrier),
    constants,
    make: () =>
      tf.tidy(() => {
        for (const part of parts) part.carrier.assign(part.weights());
      }),
    pullback: (gradients) => {
      const result = parts.flatMap((part, i) => tf.tidy(() => [...part.pullback(gradients[i])]));
      for (const gradient of gradients) gradient.dispose();
      return result;
    },
    dispose: () => {
      for (const tensor of [...parts.flatMap((part) => part.parameters), ...constants]) tensor.dispose();
    },
  });
}

/** A method whose carriers `make` computes from other numbers, written once; its training freezes all layers. */
export function adapter(
  model: LayersModel,
  { make, ...rest }: Omit<Method, "write" | "unload" | "hold" | "unfrozen"> & { make(): void },
): Method {
  const { name, carriers } = rest;
  const hold = Hold.of(model, { name, carriers, own: [], make });
  const method: Method = {
    ...rest,
    unfrozen: [],
    write: () => hold.write(),
    unload: () => hold.unload(),
    dispose: () => {
      hold.release();
      rest.dispose();
    },
    hold,
  };
  hold.first();
  return method;
}

/** Which layers a method works on. */
export type WeightSelection = {
  /** Layers whose weights a method works on; all by default. */
  readonly layers?: LayerSelection;
};

type Named = { readonly originalName: string };

/** What a weight is called in its layer: "kernel" of "block4/fc2/kernel". */
export function lastName({ originalName }: Named): string {
  return originalName.split("/").at(-1) as string;
}

/** Whether a weight multiplies its layer's inputs, by the name that TensorFlow.js gives it. */
export function isKernel(weight: Named): boolean {
  return /(^|_)kernel$|^embeddings$/.test(lastName(weight));
}

/** The kernels of the selected layers, of every kind. */
export function kernelsOf(model: LayersModel, selection: LayerSelection = "all"): Variable[] {
  return selectedWeights(model, selection, "kernel", (_, weight) => isKernel(weight));
}

/** All weights and biases of the selected layers except BatchNorm: those that `countModelParameters` calls `total`. */
export function weightsAndBiases(model: LayersModel, selection: LayerSelection = "all"): Variable[] {
  return selectedWeights(model, selection, "weight or bias", (layer) => !isBatchNorm(layer));
}

/** The weights of the selected layers for which `wanted` is true. @throws Error where there is none. */
export function selectedWeights(
  model: LayersModel,
  selection: LayerSelection,
  what: string,
  wanted: (layer: layers.Layer, weight: Named) => boolean,
): Variable[] {
  // In the order of the model; TensorFlow.js would list a nested model's trainable weights first.
  const found = selectLayers(model, selection).flatMap((layer) =>
    layer.weights.filter((weight) => wanted(layer, weight)),
  );
  if (found.length === 0) throw new Error(`None of the selected layers has a ${what}.`);
  return [...new Set(found.map((weight) => weight.read() as Variable))];
}
