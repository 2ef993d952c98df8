import {
  countModelParameters,
  dataset,
  evaluate,
  exponentialLearningRate,
  fit,
  freeze,
  headOnly,
  type ImageSet,
  type Method,
  paperCNN,
  predict,
  randomNetworks,
  randomSubspace,
  restoreTrained,
  restoreWeights,
  standardiseImages,
  type TrainedNumbers,
  tensorflow,
  trainedBy,
  trainedNumbers,
  unfrozenWeights,
} from "../../src/learning";
import type { Drawing, FromTrainer, Score, Way } from "./protocol";
import { roundedTo } from "./roundedTo";
import type { Sample } from "./sample";

type Model = Awaited<ReturnType<typeof paperCNN>>;

const at4 = { layers: ["block4"], seed: 0 };
/** How each way is made, where its learning rate starts, and how often the images are seen. */
const recipes: Readonly<Record<Way, { rate: number; epochs: number; make(model: Model): Method }>> = {
  networks: { rate: 0.2, epochs: 30, make: (model) => randomNetworks(model, { count: 32, ...at4 }) },
  subspace: { rate: 2, epochs: 30, make: (model) => randomSubspace(model, { dimension: 64, ...at4 }) },
  head: { rate: 0.2, epochs: 30, make: (model) => headOnly(model) },
  blocks: {
    rate: 0.2,
    epochs: 15,
    make: (model) => {
      freeze(model, { train: ["block2", "block4"] });
      return unfrozenWeights(model);
    },
  },
};

/** The network that knows the digits 0 to 4, and what a reader trains of it. */
export class Trainer {
  readonly #model: Model;
  readonly #base: Readonly<Record<string, Float32Array>>;
  readonly #sample: Sample;
  readonly #training: ImageSet;
  readonly #test: ImageSet;
  readonly #tell: (message: FromTrainer) => void;
  #method: Method | undefined;
  #numbers: TrainedNumbers | undefined;

  private constructor(parts: {
    model: Model;
    base: Readonly<Record<string, Float32Array>>;
    sample: Sample;
    images: Float32Array;
    tell(message: FromTrainer): void;
  }) {
    const { model, base, sample, images, tell } = parts;
    this.#model = model;
    this.#base = base;
    this.#sample = sample;
    this.#tell = tell;
    const labels = Uint8Array.from(sample.labels);
    const [size, cut] = [images.length / labels.length, sample.training];
    this.#training = { images: images.subarray(0, cut * size), labels: labels.subarray(0, cut) };
    this.#test = { images: images.subarray(cut * size), labels: labels.subarray(cut) };
  }

  /** Builds the network from its stored weights; `greys` are the stored images, 0 to 255. */
  static async create(
    sample: Sample,
    weights: Int16Array,
    greys: ArrayLike<number>,
    tell: (message: FromTrainer) => void,
  ): Promise<Trainer> {
    const tf = await tensorflow();
    const model = await paperCNN({ width: 0.25 });
    let from = 0;
    const base = Object.fromEntries(
      sample.weights.map(({ name, length, scale }) => {
        const own = weights.subarray(from, from + length);
        from += length;
        return [name, Float32Array.from(own, (whole) => whole * scale)];
      }),
    );
    restoreWeights(tf, model, base);
    const images = standardiseImages(greys, sample.standardised);
    const trainer = new Trainer({ model, base, sample, images, tell });
    tell({
      type: "ready",
      total: countModelParameters(model).totalWithBatchNorm,
      score: await trainer.#score(),
    });
    return trainer;
  }

  /** What the network says of a drawing. */
  async read(greys: Float32Array): Promise<void> {
    const { probabilities } = await predict(this.#model, { images: this.#standardised(greys) });
    this.#tell({ type: "read", probabilities: Array.from(probabilities) });
  }

  /** Trains anew from the stored weights: on the drawings, and on stored images of 0 to 4, with `stored` also of the others. */
  async train(way: Way, drawings: readonly Drawing[], stored: boolean): Promise<void> {
    await this.#begin();
    const { rate, epochs, make } = recipes[way];
    this.#method = make(this.#model);
    const images = this.#imagesOf(drawings, stored);
    const began = performance.now();
    await fit(
      this.#model,
      dataset({
        name: "drawings",
        shape: [28, 28, 1],
        classes: [..."0123456789"],
        train: images,
        test: this.#test,
        checksums: {},
        standardised: this.#sample.standardised,
      }),
      {
        method: this.#method,
        epochs,
        batch: 32,
        seed: 0,
        // Without leading frozen layers there is nothing to keep.
        cache: way !== "blocks",
        evaluateEvery: 0,
        learningRate: exponentialLearningRate({ start: rate, factor: 0.9 }),
        onEpoch: ({ epoch, loss }) => this.#tell({ type: "epoch", epoch, of: epochs, loss }),
      },
    );
    const seconds = (performance.now() - began) / 1000;
    this.#numbers = trainedNumbers({ model: this.#model, method: this.#method });
    const own = drawings.length > 0 ? await this.#shareOf(drawings) : undefined;
    const trained = trainedBy(this.#method);
    const score = await this.#score();
    this.#tell({ type: "trained", trained, images: images.labels.length, seconds, score, own });
  }

  /** Rounds each trained number to one of 2^bits values, and tells how well that reads. */
  async round(bits: number): Promise<void> {
    const [method, numbers] = [this.#method, this.#numbers];
    if (!method || !numbers) return;
    const parameters = numbers.parameters.map((values) => roundedTo(values, bits));
    restoreTrained({ model: this.#model, method }, { ...numbers, parameters });
    this.#tell({ type: "rounded", bits, inAll: bits * trainedBy(method), score: await this.#score() });
  }

  /** The stored weights again. */
  async forget(): Promise<void> {
    await this.#begin();
    this.#tell({ type: "forgotten", score: await this.#score() });
  }

  async #begin(): Promise<void> {
    restoreWeights(await tensorflow(), this.#model, this.#base);
    this.#method?.dispose();
    this.#method = undefined;
    this.#numbers = undefined;
  }

  #imagesOf(drawings: readonly Drawing[], stored: boolean): ImageSet {
    const size = this.#training.images.length / this.#training.labels.length;
    const kept = [...this.#training.labels.keys()].filter((i) => stored || this.#training.labels[i] < 5);
    const images = new Float32Array((kept.length + drawings.length) * size);
    const labels = new Uint8Array(kept.length + drawings.length);
    for (const [at, i] of kept.entries()) {
      images.set(this.#training.images.subarray(i * size, (i + 1) * size), at * size);
      labels[at] = this.#training.labels[i];
    }
    for (const [i, { greys, label }] of drawings.entries()) {
      images.set(this.#standardised(greys), (kept.length + i) * size);
      labels[kept.length + i] = label;
    }
    return { images, labels };
  }

  async #shareOf(drawings: readonly Drawing[]): Promise<number> {
    const size = drawings[0].greys.length;
    const images = new Float32Array(drawings.length * size);
    for (const [i, { greys }] of drawings.entries()) images.set(this.#standardised(greys), i * size);
    const { labels } = await predict(this.#model, { images });
    return drawings.filter(({ label }, i) => label === labels[i]).length / drawings.length;
  }

  async #score(): Promise<Score> {
    const { accuracy } = await evaluate(this.#model, this.#test);
    const { labels } = await predict(this.#model, this.#test);
    const byDigit = Array.from({ length: 10 }, (_, digit) => {
      const own = [...this.#test.labels.keys()].filter((i) => this.#test.labels[i] === digit);
      return own.filter((i) => labels[i] === digit).length / own.length;
    });
    return { share: accuracy, byDigit };
  }

  #standardised(greys: Float32Array): Float32Array {
    return standardiseImages(greys, this.#sample.standardised);
  }
}
