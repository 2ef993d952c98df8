import { checkDataset } from "../dataset/checkDataset";
import type { Dataset } from "../dataset/dataset";
import { splitValidation, standardise, subset } from "../dataset/splitValidation";
import type { Configuration } from "./configuration";
import { type DataName, dataSets } from "./dataSets";
import { madeByModule, type OwnModule } from "./ownModule";

/** Data sets as they were read, by what they were read from. */
export type KnownSets = Map<string, Promise<Dataset>>;

/** Where files are that a configuration does not name by whole paths. */
type Places = { readonly kmnistFolder?: string; readonly modules?: string; readonly known?: KnownSets };

/** Gives a run's data set, or another one cut and split like it, and keeps the last one that was made ready. */
export function readDataOf({ data, seed }: Configuration, places: Places) {
  let kept: { readonly key: string; readonly set: Promise<Dataset> } | undefined;
  return (source: DataName | OwnModule | undefined): Promise<Dataset> => {
    const from = source ?? data.module ?? data.name;
    const key = JSON.stringify(from);
    if (kept?.key !== key) kept = { key, set: prepared(from, key) };
    return kept.set;
  };

  async function prepared(from: DataName | "module" | OwnModule, key: string): Promise<Dataset> {
    const whole = await read(from, key);
    const some = subset(whole, { train: data.train, test: data.test, seed });
    const own = some.validation !== undefined;
    return standardise(
      data.validation && !own ? splitValidation(some, { fraction: data.validation, seed }) : some,
      data.standardised,
    );
  }

  function read(from: DataName | "module" | OwnModule, key: string): Promise<Dataset> {
    if (typeof from === "object") return ownSet(from);
    if (from === "module") throw new TypeError("A data set of one's own needs { module }; got none.");
    const known = places.known?.get(key);
    if (known) return known;
    const set = dataSets[from](places);
    // A set that could not be read is read again by the next run.
    set.catch(() => places.known?.delete(key));
    places.known?.set(key, set);
    return set;
  }

  async function ownSet(module: OwnModule): Promise<Dataset> {
    const made = (await madeByModule(module, seed, places.modules ?? ".")) as Dataset;
    checkDataset(made, ["train"]);
    return made;
  }
}
