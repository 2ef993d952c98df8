export type StepSize = {
  readonly factor: number;
  readonly adaptive: boolean;
  /** 1 − β₂ᵗ, the sum of the factors that the squares have in v so far. */
  readonly second: number;
};

/** What multiplies the learning rate in step t, and whether m is divided by √v + ε. */
export function stepSize(kind: "radam" | "adam", t: number, beta1: number, beta2: number): StepSize {
  const first = 1 - beta1 ** t;
  const second = 1 - beta2 ** t;
  if (kind === "adam") return { factor: Math.sqrt(second) / first, adaptive: true, second };
  const limit = 2 / (1 - beta2) - 1;
  const rho = limit - (2 * t * beta2 ** t) / second;
  if (rho <= 5) return { factor: 1 / first, adaptive: false, second };
  const rectified = Math.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho));
  return { factor: (rectified * Math.sqrt(second)) / first, adaptive: true, second };
}
