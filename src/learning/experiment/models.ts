import type { LayersModel } from "@tensorflow/tfjs-node";
import { type JsonCheck, number, whole } from "../../common/jsonCheck";
import { MOST_CLASSES } from "../dataset/checkImages";
import { embeddingCNN } from "../model/embeddingCNN";
import { leNet } from "../model/leNet";
import { multilayerPerceptron } from "../model/multilayerPerceptron";
import { paperCNN } from "../model/paperCNN";
import { smallCNN } from "../model/smallCNN";

/** How a model is built from the seed and its own options, and what these options may be. */
export type ModelDefinition = {
  readonly build: (options: {
    seed: number;
    width?: number;
    dropout?: number;
    last?: number;
    embedding?: number;
    classes?: number;
  }) => Promise<LayersModel>;
  readonly options?: Readonly<Record<string, JsonCheck>>;
};

/** The models that a configuration may name; all of them tell ten classes apart, or as many as their option says. */
export const models = {
  "paper-cnn": { build: paperCNN, options: { width: number(0.01, 16), dropout: number(0, 1.9) } },
  "small-cnn": {
    build: ({ seed, width, last }) => smallCNN({ seed, width, last }),
    options: { width: number(0.01, 16), last: whole(1) },
  },
  "embedding-cnn": {
    build: ({ seed, width, embedding, classes }) => embeddingCNN({ seed, width, embedding, classes }),
    options: { width: number(0.01, 16), embedding: whole(1), classes: number(2, MOST_CLASSES, true) },
  },
  lenet: { build: ({ seed }) => leNet({ seed }) },
  mlp: { build: ({ seed }) => multilayerPerceptron({ seed }) },
} satisfies Record<string, ModelDefinition>;

/** The name of a model in a configuration. */
export type ModelName = keyof typeof models;
