import { afterEach, expect, it } from "vitest";
import {
  blocksOf,
  type ChainModel,
  countByBlock,
  countModelParameters,
  embeddingCNN,
  leNet,
  multilayerPerceptron,
  paperCNN,
  smallCNN,
  tensorflow,
} from "../../../src/learning";

const made: ChainModel[] = [];
const keep = (model: ChainModel) => {
  made.push(model);
  return model;
};
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});

it("the paper's CNN has the layers of Fig. 4 in order, and the shapes and parameters of Table 1", async () => {
  const model = keep(await paperCNN());
  const rows = model.layers.map((layer) => {
    const shape = (layer.outputShape as number[]).slice(1).join("×");
    return `${layer.name} ${shape} ${layer.getClassName() === "BatchNormalization" ? "" : layer.countParams()}`.trim();
  });
  expect(rows).toEqual([
    "block1/conv1 26×26×32 320",
    "block1/conv1-relu 26×26×32 0",
    "block1/conv1-bn 26×26×32",
    "block1/conv2 24×24×32 9248",
    "block1/conv2-relu 24×24×32 0",
    "block1/conv2-pool 12×12×32 0",
    "block1/conv2-dropout 12×12×32 0",
    "block1/conv2-bn 12×12×32",
    "block2/conv3 10×10×64 18496",
    "block2/conv3-relu 10×10×64 0",
    "block2/conv3-bn 10×10×64",
    "block2/conv4 8×8×64 36928",
    "block2/conv4-relu 8×8×64 0",
    "block2/conv4-dropout 8×8×64 0",
    "block2/flatten 4096 0",
    "block2/conv4-bn 4096",
    "block3/fc1 512 2097664",
    "block3/fc1-relu 512 0",
    "block3/fc1-dropout 512 0",
    "block3/fc1-bn 512",
    "block4/fc2 64 32832",
    "block4/fc2-relu 64 0",
    "block4/fc2-bn 64",
    "block4/fc3 10 650",
    "block4/fc3-bn 10",
    "block4/softmax 10 0",
  ]);
  const rates = model.layers.filter((l) => l.name.endsWith("dropout")).map((l) => l.getConfig().rate);
  expect(rates).toEqual([0.25, 0.25, 0.5]);
});

it("it counts 2.2×10⁶ parameters in all and 8.9×10⁴ in Blocks 2 and 4, by the paper's convention", async () => {
  const model = keep(await paperCNN());
  // 4,810 means and as many variances: of 32, 32, 64, 4096, 512, 64 and 10 features.
  const statistics = 2 * 4_810;
  expect(countModelParameters(model)).toMatchObject({
    ...{ total: 2_196_138, trained: 2_196_138, statistics },
    ...{ totalWithBatchNorm: 2_205_758, trainedWithBatchNorm: 2_205_758 },
  });
  const blocks = countByBlock(model);
  expect(Object.keys(blocks)).toEqual(blocksOf(model));
  expect(blocks.block2.total + blocks.block4.total).toBe(88_906);
  expect(blocks.block2.totalWithBatchNorm + blocks.block4.totalWithBatchNorm).toBe(97_374);
});

it("the seed alone decides the initial weights", async () => {
  const weights = async (seed: number) => {
    const model = keep(await paperCNN({ seed, width: 0.25 }));
    return model.getWeights().flatMap((tensor) => Array.from(tensor.dataSync().slice(0, 50)));
  };
  expect(await weights(0)).toEqual(await weights(0));
  expect(await weights(0)).not.toEqual(await weights(1));
});

it("a layer's initial weights are no copy of another's, and have He's spread", async () => {
  const model = keep(await paperCNN());
  const kernel = (name: string) => model.getLayer(name).weights[0].read().dataSync() as Float32Array;
  const spread = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  for (const [name, fanIn] of [
    ["block1/conv2", 288],
    ["block2/conv4", 576],
    ["block3/fc1", 4096],
  ] as const) {
    expect(spread(kernel(name)) / Math.sqrt(2 / fanIn)).toBeCloseTo(1, 1);
  }
  expect(kernel("block2/conv3")[0] / kernel("block2/conv4")[0]).not.toBeCloseTo(Math.sqrt(2), 3);
});

it("width scales every inner layer and leaves the classes", async () => {
  const model = keep(await paperCNN({ width: 0.5, classes: 5 }));
  const widths = model.layers
    .filter((layer) => /(conv|fc)\d$/.test(layer.name))
    .map((l) => (l.outputShape as number[]).at(-1));
  expect(widths).toEqual([16, 16, 32, 32, 256, 32, 5]);
});

it("a model saved and loaded by TensorFlow.js alone predicts the same", async () => {
  const tf = await tensorflow();
  const model = keep(await paperCNN({ width: 0.25 }));
  let saved: Parameters<typeof tf.io.fromMemory>[0] = {};
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  const loaded = keep((await tf.loadLayersModel(tf.io.fromMemory(saved))) as ChainModel);
  const x = tf.randomNormal([3, 28, 28, 1]);
  const predict = (m: ChainModel) => Array.from((m.predict(x) as ReturnType<typeof tf.tensor>).dataSync());
  expect(predict(loaded)).toEqual(predict(model));
});

it("the networks of Li and others have their published parameter counts", async () => {
  expect(countModelParameters(keep(await multilayerPerceptron())).total).toBe(199_210);
  expect(countModelParameters(keep(await leNet())).total).toBe(44_426);
});

it("the small network has as many numbers as it says, and its width and last channels count", async () => {
  expect(countModelParameters(keep(await smallCNN())).total).toBe(10_266);
  // 5·5·4 + 4, 3·3·4·4 + 4, 3·3·4·3 + 3, 3·3·3·10 + 10
  const narrow = keep(await smallCNN({ width: 0.25, last: 3 }));
  expect(countModelParameters(narrow).total).toBe(104 + 148 + 111 + 280);
});

it("a class of the embedding network's head has a number for each unit of the embedding, and a bias", async () => {
  const total = async (options: object) => countModelParameters(keep(await embeddingCNN(options))).total;
  // 5·5·16 + 16, 3·3·16·32 + 32, 3·3·32·64 + 64, 3·3·64·80 + 80, 80·10 + 10
  expect(await total({})).toBe(416 + 4640 + 18_496 + 46_160 + 810);
  expect((await total({ classes: 11 })) - (await total({}))).toBe(81);
  expect((await total({ embedding: 81, classes: 3 })) - (await total({ embedding: 80, classes: 3 }))).toBe(
    577 + 3,
  );
});

it("nonsense is refused with the value", async () => {
  await expect(paperCNN({ width: 0 })).rejects.toThrow(/width must be in \(0, 16\]; got 0/);
  await expect(paperCNN({ seed: -1 })).rejects.toThrow(/seed must be a whole number ≥ 0; got -1/);
  await expect(multilayerPerceptron({ seed: -3 })).rejects.toThrow(/seed must be .* got -3/);
  await expect(multilayerPerceptron({ hidden: [9, 0] })).rejects.toThrow(/hidden\[1\] must be .* got 0/);
  await expect(embeddingCNN({ embedding: 0 })).rejects.toThrow(/embedding must be .* got 0/);
  await expect(embeddingCNN({ width: 17 })).rejects.toThrow(/width must be in \(0, 16\]; got 17/);
  await expect(smallCNN({ width: 0 })).rejects.toThrow(/width must be in \(0, 16\]; got 0/);
  await expect(smallCNN({ last: 0 })).rejects.toThrow(/last must be a whole number ≥ 1; got 0/);
  await expect(leNet({ classes: 1 })).rejects.toThrow(/classes must be a whole number ≥ 2; got 1/);
  await expect(paperCNN({ dropout: 2 })).rejects.toThrow(/dropout must be in \[0, 2\); got 2/);
});
