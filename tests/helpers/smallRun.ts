import type { Configuration, PhaseConfiguration } from "../../src/learning";

/** A run of a second or so: two epochs on Fashion-MNIST's classes 0–4, then `last` on all ten. */
export function smallRun(last: PhaseConfiguration, seed: number): Configuration {
  return {
    format: "experiment/1",
    data: { name: "fashion-mnist", train: 240, test: 60, validation: 1 / 6 },
    model: { name: "paper-cnn", width: 0.125 },
    phases: [
      { labels: [0, 1, 2, 3, 4], method: { name: "weights", train: "all" }, epochs: 2, batch: 50 },
      last,
    ],
    seed,
  };
}
