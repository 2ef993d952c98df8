import type { Sweep } from "./sweep";

/** Why a sweep may not begin that plans so many runs and bytes of disk: more than its budget; undefined if it may. */
export function budgetFault(
  { budget = {} }: Pick<Sweep, "budget">,
  { runs, bytes }: { readonly runs: number; readonly bytes: number },
): string | undefined {
  if (budget.runs !== undefined && runs > budget.runs)
    return `The sweep plans ${runs} runs, and its budget allows ${budget.runs}: plan fewer, or raise budget.runs.`;
  if (budget.gigabytes !== undefined && bytes > budget.gigabytes * 1e9)
    return (
      `The sweep takes about ${(bytes / 1e9).toFixed(2)} GB of disk, and its budget allows ${budget.gigabytes}: plan less, ` +
      "or raise budget.gigabytes."
    );
  return undefined;
}
