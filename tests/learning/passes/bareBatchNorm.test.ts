import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { describe, expect, it } from "vitest";
import {
  fit as fitModel,
  freeze,
  headOnly,
  randomGenerator,
  tensorflow,
  weightsByName,
} from "../../../src/learning";
import { uniform } from "../../../src/learning/method/uniform";
import { linksOf, weightsOf } from "../../../src/learning/passes/link";
import { passesOf } from "../../../src/learning/passes/passesOf";
import { disposedAfterEach } from "../../helpers/disposables";
import { greys } from "../../helpers/greys";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;
let count = 0;

/** BatchNorm between a stem and a head, whole or without scale or shift, which then are 1 and 0. */
function model(options: { scale?: boolean; center?: boolean }) {
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const noise = (seed: number) => tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed });
  return own(
    tf.sequential({
      layers: [
        L.conv2d({
          inputShape: [6, 6, 1],
          filters: 3,
          kernelSize: 3,
          name: `m${++count}/conv`,
          ...seeded(1),
        }),
        L.batchNormalization({
          ...options,
          name: `m${count}/norm`,
          momentum: 0.7,
          movingMeanInitializer: noise(2),
          movingVarianceInitializer: noise(3),
        }),
        L.flatten({ name: `m${count}/flat` }),
        L.dense({ units: 3, name: `m${count}/out`, ...seeded(4) }),
      ],
    }),
  );
}

describe("BatchNorm without scale or shift, which TensorFlow.js can neither train nor pass a gradient through", () => {
  for (const options of [{ scale: false }, { center: false }, { scale: false, center: false }]) {
    for (const frozen of [false, true]) {
      it(`trains as a whole one with 1 and 0: ${JSON.stringify(options)}${frozen ? ", frozen" : ""}`, () => {
        const images = tf.tensor(uniform(7 * 36, 2, randomGenerator(5)), [7, 6, 6, 1]);
        const labels = tf.tensor1d([0, 1, 2, 0, 1, 2, 0], "int32");
        const [bare, whole] = [options, {}].map((each) => {
          const net = model(each);
          if (frozen) freeze(net, { train: [/conv|out/] });
          const links = linksOf(net);
          const passes = own(passesOf(tf, links));
          const wanted = links.flatMap(weightsOf).filter(({ name }) => /kernel|bias/.test(name));
          const { gradients, loss } = passes.train({ images, labels }, wanted as Variable[], {
            seed: 0,
            step: 0,
          });
          const values = gradients.map((gradient: Tensor) => [...gradient.dataSync()]);
          tf.dispose([...gradients]);
          const statistics = Object.entries(weightsByName(net)).filter(([name]) => name.includes("moving"));
          const score = passes.score({ images, labels }).loss;
          return [loss, score, ...values, ...statistics.map(([, each]) => [...each])].flat();
        });
        tf.dispose([images, labels]);
        expect(bare).toHaveLength(whole.length);
        bare.forEach((value, i) => {
          expect(value).toBeCloseTo(whole[i], 4);
        });
      });
    }
  }

  it("is trained, and frozen under a head, where it moves nothing", async () => {
    const net = model({ scale: false });
    const before = weightsByName(net);
    const tensors = tf.memory().numTensors;
    await fitModel(net, greys(), { batch: 8 });
    const moved = weightsByName(net);
    const statistic = Object.keys(before).find((name) => name.includes("moving_mean")) as string;
    expect(moved[statistic]).not.toEqual(before[statistic]);
    await fitModel(net, greys(), { batch: 8, method: headOnly(net) });
    expect(weightsByName(net)[statistic]).toEqual(moved[statistic]);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
