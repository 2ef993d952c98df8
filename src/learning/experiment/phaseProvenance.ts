import type { PhaseProvenance, Provenance } from "./experimentResult";

/**
 * Those who trained a phase, with the process at hand after the `before` epochs that it found: it stands there by
 * itself only where it has trained an epoch and differs from the one before.
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
