import type { ExperimentResult } from "../experiment/experimentResult";
import { storedResult } from "../experiment/storedResult";
import { type PlannedRun, type ReproductionPart, reproductionPlan } from "./reproductionPlan";

/** A planned run with its result: one point of a curve. */
export type StoredRun = PlannedRun & {
  readonly result: ExperimentResult;
  /** Numbers trained in the last phase, those of BatchNorm included. */
  readonly trained: number;
  /** Test accuracy after the epoch that validation chose. */
  readonly accuracy: number;
};

/** The finished runs of a part of the reproduction, in the plan's order. */
export async function storedRuns(part: ReproductionPart, folder?: string): Promise<readonly StoredRun[]> {
  const planned = reproductionPlan().filter((run) => run.part === part);
  const rows = await Promise.all(
    planned.map(async (run): Promise<StoredRun[]> => {
      const result = await storedResult(run.configuration, folder);
      return result ? [{ ...run, result, ...pointOf(result) }] : [];
    }),
  );
  return rows.flat();
}

/** The point of a result on a curve: how many numbers, and the accuracy that validation chose (else the last). */
export function pointOf({ phases, selected, last }: ExperimentResult) {
  const { trainedWithBatchNorm: trained } = phases[phases.length - 1];
  const chosen = selected ?? last;
  if (!chosen) throw new RangeError("This run was never evaluated (evaluateEvery: 0): it has no accuracy.");
  return { trained, accuracy: chosen.testAccuracy };
}
