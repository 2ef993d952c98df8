/** What may be trained, and how the page calls it. */
export const WAYS = {
  networks: "64 numbers: combinations of random networks",
  subspace: "64 numbers: directions drawn by lot",
  head: "170 numbers: the last layer",
  blocks: "Blocks 2 and 4: the paper's cut, with convolutions",
} as const;
export type Way = keyof typeof WAYS;

/** How well the network reads the stored test images: of all, and of each digit. */
export type Score = { readonly share: number; readonly byDigit: readonly number[] };

/** A digit that the reader has drawn: 28 × 28 greys from 0 to 255. */
export type Drawing = { readonly greys: Float32Array; readonly label: number };

export type ToTrainer =
  | { type: "read"; greys: Float32Array }
  | { type: "train"; way: Way; drawings: readonly Drawing[]; stored: boolean }
  | { type: "round"; bits: number }
  | { type: "forget" };

export type FromTrainer =
  | { type: "ready"; total: number; score: Score }
  | { type: "read"; probabilities: readonly number[] }
  | { type: "epoch"; epoch: number; of: number; loss: number }
  | {
      type: "trained";
      trained: number;
      images: number;
      seconds: number;
      score: Score;
      own: number | undefined;
    }
  | { type: "rounded"; bits: number; inAll: number; score: Score }
  | { type: "forgotten"; score: Score }
  | { type: "failed"; message: string };
