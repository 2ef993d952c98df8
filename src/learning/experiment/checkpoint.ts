import type { TrainingState } from "../train/trainingState";
import type { PhaseProvenance, PhaseResult } from "./experimentResult";
import { readFloatFile, writeFloatFile } from "./floatFile";

/** A run after some epochs of phase `phase`, or before its first one. */
export type Checkpoint = {
  readonly phase: number;
  readonly done: readonly PhaseResult[];
  /** All weights at the beginning of the phase; of one that rounds, at the beginning of the phase before it. */
  readonly base: Readonly<Record<string, Float32Array>>;
  /** What the phase before trained, where this one rounds it. */
  readonly numbers?: readonly Float32Array[];
  /** Absent before the first epoch. */
  readonly state?: TrainingState;
  /** Where the epochs of `state` were trained; absent in checkpoints of earlier versions. */
  readonly provenance?: readonly PhaseProvenance[];
  readonly started: string;
};

const FORMAT = "intrinsic-params checkpoint 1";

export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await writeFloatFile(file, FORMAT, checkpoint);
}

/** The checkpoint in a file, or undefined where there is none; throws where it is damaged. */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  return (await readFloatFile(file, FORMAT, "delete it to begin anew")) as Checkpoint | undefined;
}
