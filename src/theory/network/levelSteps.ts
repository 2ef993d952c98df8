import { dyadic } from "../exact/dyadic";
import type { BitStep } from "./bitReader";

/**
 * The steps of `bitReader` that read levels Σ_l 2^{−l}·(bit (l−1)J + k), k ∈ [1, J], l = 1 … width, at index k: the gate
 * of bit j is the tent τ(k−j) = σ(k−j+1) − 2σ(k−j) + σ(k−j−1) [ours].
 */
export function levelSteps(J: number, width: number): BitStep[] {
  const steps: BitStep[] = [];
  for (let l = 1; l <= width; l++)
    for (let j = 1; j <= J; j++)
      steps.push({
        gate: [
          { knot: j - 1, slope: 1 },
          { knot: j, slope: -2 },
          { knot: j + 1, slope: 1 },
        ],
        weight: dyadic(1n, -l),
      });
  return steps;
}
