import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { type Configuration, type ExperimentResult, moduleSum, runExperiment } from "../../../src/learning";
import { ROOT } from "../../helpers/root";

/** How many pictures were made each time. */
const made = vi.hoisted((): number[] => []);
vi.mock("../../../src/learning/dataset/pretextTask", async (original) => {
  const { pretextTask } = await original<typeof import("../../../src/learning/dataset/pretextTask")>();
  return {
    pretextTask: (...[data, options]: Parameters<typeof pretextTask>) => {
      made.push(options.images);
      return pretextTask(data, options);
    },
  };
});
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pretext ü-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const phase = { method: { name: "weights", train: "all" }, epochs: 1, batch: 50, evaluateEvery: 0 } as const;
const two = { ...phase, labels: [0, 1], pretext: 430 };
/** A network with BatchNorm for the 180 classes of the task. */
const NETWORK = `
import { createRequire } from "node:module";
const { tensorflow } = createRequire(import.meta.url)(${JSON.stringify(path.join(ROOT, "dist", "index.js"))});
export default async function network() {
  const { layers, sequential } = await tensorflow();
  const [flat, normal] = [layers.flatten({ inputShape: [28, 28, 1] }), layers.batchNormalization()];
  return sequential({ layers: [flat, normal, layers.dense({ units: 180 })] });
}`;
const module = path.join(folder, "network.mjs");
fs.writeFileSync(module, NETWORK);
const run = async (later: object) => {
  made.length = 0;
  const epochs: number[] = [];
  const configuration: Configuration = {
    format: "experiment/1",
    data: { name: "fashion-mnist", train: 100, test: 20, validation: 0 },
    model: { name: "module", module: { file: module, sha256: await moduleSum(module) } },
    phases: [two, { ...two, ...later }],
    seed: 0,
  };
  const { result } = await runExperiment(configuration, {
    results: path.join(folder, "results"),
    checkpoints: path.join(folder, "checkpoints"),
    onEpoch: ({ phase }) => void epochs.push(phase),
  }).catch((error: Error) => {
    expect(epochs).toEqual([]);
    throw error;
  });
  return result as ExperimentResult;
};

it("pictures of a task are made once, beside one batch for the look at a later phase before the first", async () => {
  const { phases } = await run({});
  expect(made).toEqual([50, 430, 430]);
  expect(phases.map(({ steps }) => steps)).toEqual([9, 9]);
}, 60_000);

it.each<[string, object, RegExp]>([
  [
    "a last batch of one picture",
    { pretext: 401 },
    /phases\[1\]: .*401 images by 50 leave a last batch of one/,
  ],
  ["too few pictures", { pretext: 40, dropLast: true }, /phases\[1\]: dropLast leaves none of 40 images/],
])("the look finds %s, and says so of all pictures", async (_, later, message) => {
  await expect(run(later)).rejects.toThrow(message);
});
