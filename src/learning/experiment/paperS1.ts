import { type Configuration, FORMAT, type PhaseConfiguration } from "./configuration";
import type { DataName } from "./dataSets";
import { readConfiguration } from "./readConfiguration";

type PaperOptions = { data: DataName; seed?: number; epochs?: number };

/** Strategy S1 with the paper's recipe; 50 epochs, where the paper calls its 300 "steady". */
export function paperS1({ data, seed = 0, epochs = 50 }: PaperOptions): Configuration {
  return run(data, seed, [{ method: { name: "weights", train: "all" }, epochs }]);
}

/** Strategy S2: all parameters on the labels 0–4, then Blocks 2 and 4 on all; the length of pre-training is our choice. */
export function paperS2({
  data,
  seed = 0,
  epochs = 50,
  pretrain = 20,
}: PaperOptions & { pretrain?: number }): Configuration {
  return run(data, seed, [
    { labels: [0, 1, 2, 3, 4], method: { name: "weights", train: "all" }, epochs: pretrain },
    { method: { name: "weights", train: [2, 4] }, epochs },
  ]);
}

function run(name: DataName, seed: number, phases: PhaseConfiguration[]): Configuration {
  return readConfiguration({ format: FORMAT, data: { name }, model: { name: "paper-cnn" }, phases, seed });
}
