import type { PhaseProvenance, Provenance } from "./experimentResult";

/**
 * Where a phase was trained: the `earlier` entries, then this process, after the `before` epochs that it found. It gets
 * an entry only if it has trained an epoch and differs from the last entry.
 */
export function phaseProvenance(
  earlier: readonly PhaseProvenance[],
  here: Provenance,
  { before, epochs }: { before: number; epochs: number },
): readonly PhaseProvenance[] {
  const last = earlier.at(-1);
  if (epochs === before || (last && isSame(last, here))) return earlier;
  return [...earlier, { firstEpoch: before + 1, ...here }];
}

function isSame({ firstEpoch: _, ...one }: PhaseProvenance, other: Provenance): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
