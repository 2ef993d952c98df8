import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { blockOf, blocksOf } from "./blocksOf";
import { checkLayersModel } from "./checkLayersModel";
import { countModelParameters, type ModelParameterCount } from "./countModelParameters";
import { allLayers, innerLayers, unfreezeOnly } from "./innerLayers";
import { refuseModelWhileTrained } from "./lockForTraining";

/**
 * Layers, by their block ("block2" or 2), their name ("block4/fc2") or a pattern of names; those of nested models, too.
 */
export type LayerSelection = "all" | RegExp | readonly (string | number | RegExp)[];

/**
 * Lets only the selected layers be trained and freezes all others, truly: in `fit` their weights and BatchNorm
 * statistics stand still and their drop-out is off. Gradients still pass through them. Returns the counts.
 * @throws RangeError for a name that fits no layer, TypeError for what is no selection.
 */
export function freeze(model: LayersModel, options: { train: LayerSelection }): ModelParameterCount {
  checkKeys("freeze", options, { train: true });
  const chosen = selectLayers(model, options.train, "train");
  refuseModelWhileTrained(model, "freeze cannot change what is trained");
  unfreezeOnly(model, new Set(chosen));
  return countModelParameters(model);
}

/** The layers that a selection names, in the model's order; for a nested model the layers inside it, each once. */
export function selectLayers(
  model: LayersModel,
  selection: LayerSelection,
  option = "layers",
): layers.Layer[] {
  checkLayersModel(model);
  const all = allLayers(model);
  const chosen = new Set(
    chosenOf(model, all, selection, option)
      .flatMap((layer) => innerLayers(layer))
      .map(({ one }) => one),
  );
  return all.filter((layer) => chosen.has(layer));
}

function chosenOf(
  model: LayersModel,
  all: readonly layers.Layer[],
  selection: LayerSelection,
  option: string,
): readonly layers.Layer[] {
  if (selection === "all") return model.layers;
  if (!(selection instanceof RegExp || Array.isArray(selection))) {
    throw new TypeError(
      `${option} must be "all", a pattern, or a list of blocks, names and patterns; got ${shown(selection)}${hint(selection)}.`,
    );
  }
  return (selection instanceof RegExp ? [selection] : selection).flatMap((part) => {
    const found = all.filter((layer) => fits(layer, part));
    if (found.length === 0) {
      const [what, names] = [shown(part), all.map(({ name }) => name)];
      throw new RangeError(
        `${what} fits no layer; the blocks are ${blocksOf(model).join(", ")}, the layers ${listed(names)}.`,
      );
    }
    return found;
  });
}

const hint = (selection: unknown) =>
  typeof selection === "string" || typeof selection === "number"
    ? `: write [${JSON.stringify(selection)}]`
    : "";

/** The first of many names, and how many there are. */
function listed(names: readonly string[]): string {
  const most = 12;
  return names.length > most ? `${names.slice(0, most).join(", ")} … (${names.length})` : names.join(", ");
}

function fits(layer: layers.Layer, part: string | number | RegExp): boolean {
  if (part instanceof RegExp)
    return new RegExp(part.source, part.flags.replace(/[gy]/g, "")).test(layer.name);
  const name = typeof part === "number" ? `block${part}` : part;
  return layer.name === name || blockOf(layer) === name;
}
