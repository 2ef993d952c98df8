import type { MethodConfiguration } from "./methodConfiguration";

/**
 * A method at one size, and the rate of its first epoch. The rate was chosen from powers of about 3: trained on a part
 * of MNIST's training images, judged by others of them (methods of the last block on 12,000 by 3,000, the others on
 * 11,000 by 1,000), in runs that were not kept. The plan's part "first-rates" chooses again, on more images;
 * data/README.md says how far that has come, and where it chooses other rates.
 */
export type CurvePoint = {
  readonly series: string;
  readonly label: string;
  /** The part of the network that changes. */
  readonly scope: string;
  readonly method: MethodConfiguration;
  readonly rate: number;
  readonly width?: number;
};

type Unscoped = Omit<CurvePoint, "scope"> & Partial<Pick<CurvePoint, "scope">>;
const within = (scope: string, points: readonly Unscoped[]): readonly CurvePoint[] =>
  points.map((point) => ({ scope, ...point }));

const HEAD = "block4/fc3";
export const EVERYTHING = { name: "weights", train: "all" } as const;

/** Methods that need no more than the last block: seconds an epoch, as the rest is computed once. */
export const LAST_BLOCK = within("Block 4", [
  { series: "head", label: "last layer", method: { name: "head" }, rate: 0.6 },
  { series: "head", label: "last layer, half width", method: { name: "head" }, rate: 0.6, width: 0.5 },
  { series: "head", label: "last layer, quarter width", method: { name: "head" }, rate: 0.6, width: 0.25 },
  { series: "blocks", label: "Block 4", method: { name: "weights", train: [4] }, rate: 0.02 },
  {
    series: "biases",
    label: "of the last layer",
    method: { name: "biases", layers: [HEAD] },
    rate: 0.2,
  },
  { series: "biases", label: "of Block 4", method: { name: "biases", layers: [4] }, rate: 0.6 },
  { series: "BatchNorm", label: "of Block 4", method: { name: "batchNorm", layers: [4] }, rate: 0.6 },
  ...[1, 4, 8, 16].map((rank) => ({
    series: "LoRA",
    label: `Block 4, rank ${rank}`,
    method: { name: "lora", layers: [4], rank } as const,
    rate: rank > 4 ? 0.06 : 0.2,
  })),
  ...[16, 64, 256].map((rank) => ({
    series: "VeRA",
    label: `Block 4, rank ${rank}`,
    method: { name: "vera", layers: [4], rank } as const,
    rate: 0.6,
  })),
  ...[30, 100, 280, 1000, 3000, 10_000].map((count) => ({
    series: "random subset",
    label: `${count} of Block 4`,
    method: { name: "subset", layers: [4], count } as const,
    rate: count < 1000 ? 0.6 : 0.2,
  })),
  ...[30, 50, 60, 100, 280, 1000].map((dimension) => ({
    series: "random subspace",
    label: `Block 4, dimension ${dimension}`,
    method: { name: "subspace", layers: [4], dimension } as const,
    rate: 2,
  })),
  ...[8, 16, 32, 64, 140, 512].map((count) => ({
    series: "random networks",
    label: `Block 4, ${count} networks`,
    method: { name: "networks", layers: [4], count } as const,
    rate: 0.1,
  })),
]);

/** Methods that need Block 2 and what follows; Block 1's output is computed once. */
export const UPPER_BLOCKS: readonly CurvePoint[] = [
  {
    series: "blocks",
    label: "Blocks 2 and 4",
    scope: "Blocks 2 and 4",
    method: { name: "weights", train: [2, 4] },
    rate: 0.002,
  },
  {
    series: "blocks",
    label: "Block 2",
    scope: "Block 2",
    method: { name: "weights", train: [2] },
    rate: 0.002,
  },
];

/** Methods that change every layer. */
export const ALL_LAYERS = within("all layers", [
  { series: "all", label: "all parameters", method: EVERYTHING, rate: 0.002 },
  { series: "all", label: "half width", method: EVERYTHING, rate: 0.002, width: 0.5 },
  { series: "all", label: "quarter width", method: EVERYTHING, rate: 0.002, width: 0.25 },
  { series: "biases", label: "of all layers", method: { name: "biases" }, rate: 0.2 },
  { series: "BatchNorm", label: "of all layers", method: { name: "batchNorm" }, rate: 0.02 },
  {
    series: "BatchNorm",
    label: "of Block 1",
    scope: "Block 1",
    method: { name: "batchNorm", layers: [1] },
    rate: 0.02,
  },
  { series: "LoRA", label: "all layers, rank 1", method: { name: "lora", rank: 1 }, rate: 0.006 },
  { series: "VeRA", label: "all layers, rank 64", method: { name: "vera", rank: 64 }, rate: 0.06 },
  ...[1000, 100_000].map((count) => ({
    series: "random subset",
    label: `${count} of all layers`,
    method: { name: "subset", count } as const,
    rate: 0.06,
  })),
  ...[100, 280, 1000].map((dimension) => ({
    series: "random subspace",
    label: `all layers, dimension ${dimension}`,
    method: { name: "subspace", dimension } as const,
    rate: 0.6,
  })),
]);
