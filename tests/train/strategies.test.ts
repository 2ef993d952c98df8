import { expect, it } from "vitest";
import { mnist } from "../../src/dataset/mnist";
import { standardise, subset } from "../../src/dataset/split";
import { paperCNN } from "../../src/model/paperCNN";
import { trainS1, trainS2 } from "../../src/train/strategies";
import { weightsByName } from "../../src/train/trainingState";
import { disposedAfterEach } from "../helpers/disposables";

const { own } = disposedAfterEach();

it("S1 trains 2.2×10⁶ parameters and S2 8.9×10⁴, and S2 leaves Blocks 1 and 3 as pre-training made them", async () => {
  const data = standardise(subset(await mnist(), { train: 200, test: 100 }));
  const options = { epochs: 1, batch: 100 };
  const [one, two] = [own(await paperCNN()), own(await paperCNN())];
  const s1 = await trainS1(one, data, options);
  expect(s1.parameters).toMatchObject({ trained: 2_196_138, trainedWithBatchNorm: 2_205_758 });
  expect(s1.result.trained).toBe(2_205_758);

  let pretrained: Record<string, Float32Array> = {};
  const pretrain = {
    epochs: 2,
    onEpoch: () => {
      pretrained = weightsByName(two);
    },
  };
  const s2 = await trainS2(two, data, { ...options, pretrain });
  expect(s2.parameters).toMatchObject({ trained: 88_906, trainedWithBatchNorm: 97_374 });
  expect(s2.result.trained).toBe(97_374);
  // Labels 0 to 4 are half of the balanced subset.
  expect(s2.pretraining?.steps).toBe(2);
  expect(s2.result.steps).toBe(2);
  const after = weightsByName(two);
  for (const name of Object.keys(after)) {
    const same = after[name].every((value, i) => value === pretrained[name][i]);
    expect(same, name).toBe(/^block[13]/.test(name));
  }
});

it("aborted in pre-training, S2 does not begin its second part", async () => {
  const data = standardise(subset(await mnist(), { train: 200, test: 100 }));
  const model = own(await paperCNN({ width: 0.25 }));
  const s2 = await trainS2(model, data, { signal: AbortSignal.abort() });
  expect(s2.result).toMatchObject({ aborted: true, steps: 0 });
});
