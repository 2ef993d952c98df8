import { type JsonCheck, list, number, oneOf, record } from "../../common/jsonCheck";
import { cosineLearningRate, exponentialLearningRate, type LearningRate } from "../optimizer/learningRate";

/**
 * The learning rates of a phase's epochs i = 1, 2, … as plain data: start · factor^(i−1); half a cosine after a warm-up
 * as `cosineLearningRate` has it; or a list: `start` in the first epoch, then these, the last of which stays.
 */
export type Schedule =
  | { readonly start: number; readonly factor: number }
  | { readonly kind: "cosine"; readonly start: number; readonly end?: number; readonly warmup?: number }
  | { readonly kind: "list"; readonly start: number; readonly later: readonly number[] };

const rate = number(0, 1e6);
const CHECKS: Readonly<Record<string, JsonCheck>> = {
  cosine: record(
    { kind: oneOf("cosine"), start: rate },
    { end: rate, warmup: number(0, Number.MAX_SAFE_INTEGER, true) },
  ),
  list: record({ kind: oneOf("list"), start: rate, later: list(rate) }),
};

/** Refuses anything but a schedule, and names the path of the fault. */
export const checkSchedule: JsonCheck = (value, path) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (kind === undefined) return record({ start: rate, factor: number(0, 1) })(value, path);
  oneOf(...Object.keys(CHECKS))(kind, `${path}.kind`);
  CHECKS[kind as string](value, path);
};

/** The schedule as `fit` takes it. @throws RangeError where a warm-up leaves no epoch. */
export function scheduledRate(schedule: Schedule, epochs: number): LearningRate {
  if (!("kind" in schedule)) return exponentialLearningRate(schedule);
  if (schedule.kind === "cosine") {
    const { kind: _, ...options } = schedule;
    return cosineLearningRate({ ...options, epochs });
  }
  const rates = [schedule.start, ...schedule.later];
  return (epoch) => rates[Math.min(epoch, rates.length) - 1];
}
