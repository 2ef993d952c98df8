import { needsNode } from "../../common/platform";
import type { TrainingState } from "../train/trainingState";
import { storedState } from "../train/trainingState";
import { readFloatFile, writeFloatFile } from "./floatFile";

const FORMAT = "intrinsic-params training 1";

/**
 * Writes the state of a training to a file, whole or not at all, for `fit`'s `onCheckpoint`: killed at any moment,
 * the training goes on from the last state with `resume: await loadTraining(file)`. For an adapter (lora and others that
 * make weights from numbers of their own), only what its training changed: the rest has to be built again as it was.
 * @throws TypeError for anything else.
 */
export async function saveTraining(file: string, state: TrainingState): Promise<void> {
  needsNode("saveTraining", "keep the state itself, a plain object of arrays");
  if (!Array.isArray(state?.records) || !state.optimizer)
    throw new TypeError("saveTraining takes a state that onCheckpoint of fit gave.");
  await writeFloatFile(file, FORMAT, storedState(state));
}

/**
 * Reads what `saveTraining` wrote, or undefined where there is no file yet: `fit` then begins anew.
 * @throws Error naming the file if it is damaged or of another kind.
 */
export async function loadTraining(file: string): Promise<TrainingState | undefined> {
  needsNode("loadTraining", "give fit the state itself as resume");
  return (await readFloatFile(file, FORMAT, "delete it to begin anew")) as TrainingState | undefined;
}
