import type { CurvePoint } from "./curvePoint";

/** First rates, apart by a factor of about 3; random networks are tried at those between. */
const LADDER = [0.0006, 0.002, 0.006, 0.02, 0.06, 0.2, 0.6, 2, 6, 20, 60];
const BETWEEN = [0.01, 0.03, 0.1, 0.3, 1];

/** Rates beyond the neighbours, tried where the best of three was the first or the last of them. */
const FURTHER: Readonly<Record<string, readonly number[]>> = {
  "biases, of the last layer": [2, 6, 20, 60],
  "LoRA, Block 4, rank 4": [0.02, 0.006],
  "LoRA, Block 4, rank 8": [0.006],
  "LoRA, Block 4, rank 16": [0.006],
  "VeRA, Block 4, rank 64": [0.06],
  "head, last layer, quarter width": [0.06],
  "random subset, 30 of Block 4": [6, 20, 60, 200],
  "random subset, 100 of Block 4": [6],
  "random subset, 1000 of Block 4": [2],
  "random subset, 3000 of Block 4": [0.02],
  "random subset, 10000 of Block 4": [0.02],
  "random subspace, Block 4, dimension 50": [0.2],
  "random subspace, Block 4, dimension 280": [0.2],
  "random subspace, Block 4, dimension 1000": [0.2],
  "random networks, Block 4, 512 networks": [0.01, 0.003],
  "blocks, Blocks 2 and 4": [0.02, 0.06],
  "blocks, Block 2": [0.02, 0.06],
  "all, all parameters": [0.02, 0.06],
  "all, half width": [0.02, 0.06],
  "all, quarter width": [0.02, 0.06, 0.2, 0.6],
  "BatchNorm, of Block 1": [0.002, 0.0006, 0.0002, 0.00006],
  "LoRA, all layers, rank 1": [0.06, 0.2],
  "VeRA, all layers, rank 64": [0.6, 2],
  "random subset, 1000 of all layers": [0.6, 2, 6, 20],
  "random subset, 100000 of all layers": [0.006, 0.002],
  "random subspace, all layers, dimension 100": [6, 20, 60, 200],
  "random subspace, all layers, dimension 280": [6, 20],
};

/** The first rates that the search tries for a point of the curve: its own, the next ones, and where the search went on. */
export function triedRates({ series, label, rate }: CurvePoint): readonly number[] {
  const ladder = LADDER.includes(rate) ? LADDER : BETWEEN;
  const at = ladder.indexOf(rate);
  const further = FURTHER[`${series}, ${label}`] ?? [];
  return [...new Set([...ladder.slice(at - 1, at + 2), ...further])].sort((a, b) => a - b);
}
