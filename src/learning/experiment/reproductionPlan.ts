import { type Configuration, FORMAT, type PhaseConfiguration } from "./configuration";
import { ALL_LAYERS, type CurvePoint, EVERYTHING, LAST_BLOCK, UPPER_BLOCKS } from "./curvePoint";
import type { DataName } from "./dataSets";
import { paperS1, paperS2 } from "./paperS1";
import { triedRates } from "./triedRates";

/** The parts of the reproduction, in the order in which they run. */
export const REPRODUCTION_PARTS = {
  "table-2": "Table 2 and Fig. 5: strategies S1 and S2 on MNIST and Fashion-MNIST, 30 epochs",
  "curve-related":
    "MNIST, all digits, from a network trained on the digits 0–4: accuracy against trained numbers",
  "curve-random": "MNIST from a random network: the same methods",
  backbones:
    "where the rest comes from: fixed filters, the other data set, random, the related problem; statistics settled or not",
  "curve-fashion":
    "Fashion-MNIST from a network trained on its classes 0–4: every method in Block 4, the best in other places",
  rates:
    "Fashion-MNIST: low-rank updates of Block 4 at other first rates than those that the curve took from digits",
  longer: "Fashion-MNIST with all 60,000 images and 60 epochs: nearer to the paper, and nothing held out",
  choices:
    "where the paper leaves it open: S2 with frozen blocks that drop out and move their statistics, S1 with decoupled weight decay",
  seeds: "the smallest ones, S2 on MNIST and the long S1 on Fashion-MNIST again with other seeds",
  "first-rates":
    "the choice of the curves' first rates: digits, from the digits 0–4, on 48,000 training images by the 12,000 others",
} as const;

/** The name of a part of the reproduction. */
export type ReproductionPart = keyof typeof REPRODUCTION_PARTS;

/** One run of the reproduction: the part it belongs to, its series there, and what it is. */
export type PlannedRun = {
  readonly part: ReproductionPart;
  /** The method's name in figures: runs of one series differ in size. */
  readonly series: string;
  /** What tells it apart from others of its series. */
  readonly label: string;
  /** The part of the network that a curve's method changes. */
  readonly scope?: string;
  readonly configuration: Configuration;
};

const EPOCHS = 30;
const PRETRAIN = 20;
/** Epochs of every run of a curve. */
const CURVE_EPOCHS = 5;
/** In so few epochs the rate has to fall faster than the paper's 0.93, or small methods end where noise left them. */
const CURVE_FACTOR = 0.5;
const FIRST_HALF = [0, 1, 2, 3, 4];
/** First rates, apart by a factor of about 3. */
const RATES = [0.006, 0.02, 0.06, 0.2];
const SETS = ["mnist", "fashion-mnist"] as const;

type Data = DataName;

/**
 * Trains nothing: BatchNorm's statistics settle on the images of the problem. A network that has seen none needs it;
 * one that has seen others is compared with it on equal terms.
 */
const SETTLE: PhaseConfiguration = {
  method: { name: "batchNorm" },
  epochs: 1,
  learningRate: { start: 0, factor: 1 },
};
const LEARN_HALF: PhaseConfiguration = { labels: FIRST_HALF, method: EVERYTHING, epochs: PRETRAIN };

type Backbone = { readonly phases: readonly PhaseConfiguration[]; readonly kernels?: "fixed-filters" };

function run(data: Data, backbone: Backbone, { method, rate, width }: CurvePoint, seed = 0): Configuration {
  return {
    format: FORMAT,
    data: { name: data },
    model: {
      name: "paper-cnn",
      ...(width && { width }),
      ...(backbone.kernels && { kernels: backbone.kernels }),
    },
    phases: [
      ...backbone.phases,
      { method, epochs: CURVE_EPOCHS, learningRate: { start: rate, factor: CURVE_FACTOR } },
    ],
    seed,
  };
}

function curve(
  part: ReproductionPart,
  data: Data,
  backbone: Backbone,
  points: readonly CurvePoint[],
  seed = 0,
) {
  return points.map((point): PlannedRun => {
    const { series, label, scope } = point;
    return { part, series, label, scope, configuration: run(data, backbone, point, seed) };
  });
}

/** S1 and S2. */
function strategies(part: ReproductionPart, data: Data, { epochs = EPOCHS, seed = 0 } = {}): PlannedRun[] {
  const input = { data, epochs, seed };
  return [
    { part, series: "S1", label: data, configuration: paperS1(input) },
    { part, series: "S2", label: data, configuration: paperS2({ ...input, pretrain: PRETRAIN }) },
  ];
}

/**
 * S1 and S2 as the paper has them: no image is held out, so no epoch can be chosen by validation. S2 comes twice: with
 * frozen parts that stand still, and with frozen parts that work as in training.
 */
function longer(part: ReproductionPart, data: Data, seed = 0): PlannedRun[] {
  const [s1, s2] = strategies(part, data, { epochs: 2 * EPOCHS, seed }).map((run) => ({
    ...run,
    configuration: { ...run.configuration, data: { ...run.configuration.data, validation: 0 } },
  }));
  return [s1, s2, asInTraining(s2)];
}

/** S2 where a frozen layer gets no gradient, but otherwise works as in training. */
function asInTraining({ label, configuration, ...run }: PlannedRun): PlannedRun {
  const [first, second] = configuration.phases;
  const phases = [first, { ...second, frozen: { statistics: "moving", dropout: "on" } as const }];
  return {
    ...run,
    label: `${label}, frozen parts as in training`,
    configuration: { ...configuration, phases },
  };
}

/** S1 with a weight decay that shrinks the weights themselves. */
function decoupled({ label, configuration, ...run }: PlannedRun): PlannedRun {
  const [{ optimizer, ...phase }] = configuration.phases;
  const phases = [{ ...phase, optimizer: { ...optimizer, decoupled: true } }];
  return { ...run, label: `${label}, decoupled weight decay`, configuration: { ...configuration, phases } };
}

/** What the paper leaves open, done the other way. */
function choices(data: Data): PlannedRun[] {
  const [s1, s2] = strategies("choices", data);
  return data === "fashion-mnist" ? [asInTraining(s2), decoupled(s1)] : [asInTraining(s2)];
}

/** Low-rank updates at the rates that their curve did not take. */
function otherRates(data: Data, backbone: Backbone): PlannedRun[] {
  const updates = LAST_BLOCK.filter(({ series }) => series === "LoRA");
  const points = updates.flatMap((point) =>
    RATES.filter((rate) => rate !== point.rate).map((rate) => ({
      ...point,
      rate,
      label: `${point.label}, rate ${rate}`,
    })),
  );
  return curve("rates", data, backbone, points);
}

/**
 * The choice of a first rate, without the test images (ten stand in, too few to choose by). Each method trains at each
 * rate on four fifths of the training images, from a backbone that has seen no others; the last fifth chooses the rate.
 */
function firstRates(backbone: Backbone, points: readonly CurvePoint[]): PlannedRun[] {
  const runs = points.flatMap((point) =>
    triedRates(point).map((rate) => ({ ...point, rate, label: `${point.label}, rate ${rate}` })),
  );
  return curve("first-rates", "mnist", backbone, runs).map((each) => {
    const { configuration } = each;
    const data = { ...configuration.data, test: 10, validation: 0.2 };
    return { ...each, configuration: { ...configuration, data } };
  });
}

/** Every run of the reproduction in order; Table 2 comes first, then what the notebooks need most. */
export function reproductionPlan(): readonly PlannedRun[] {
  const related: Backbone = { phases: [LEARN_HALF] };
  const random: Backbone = { phases: [SETTLE] };
  const fixed: Backbone = { phases: [SETTLE], kernels: "fixed-filters" };
  const learntOn = (data: Data): Backbone => ({ phases: [{ data, method: EVERYTHING, epochs: EPOCHS }] });
  const settled = ({ phases }: Backbone): Backbone => ({ phases: [...phases, SETTLE] });
  const points = [...LAST_BLOCK, ...UPPER_BLOCKS, ...ALL_LAYERS];
  const three = points.filter(({ label }) => ["last layer", "Block 4", "Blocks 2 and 4"].includes(label));
  const elsewhere = ALL_LAYERS.filter(({ label }) =>
    ["all parameters", "of all layers", "all layers, rank 64"].includes(label),
  );
  const smallest = points.filter(({ label }) => label === "Block 4, 32 networks");
  const narrow = points.filter(({ label }) => label === "last layer, quarter width");
  const from = (name: string, data: Data, backbone: Backbone, own = three) =>
    curve("backbones", data, backbone, own).map((each) => ({ ...each, series: name }));
  return [
    ...strategies("table-2", "mnist"),
    ...strategies("table-2", "fashion-mnist"),
    ...curve("curve-related", "mnist", related, points),
    ...curve("curve-random", "mnist", random, points),
    ...from("fixed filters", "mnist", fixed),
    ...from("the other data set", "mnist", learntOn("fashion-mnist"), [...three, ...narrow]),
    ...from("random", "fashion-mnist", random),
    ...from("fixed filters", "fashion-mnist", fixed),
    ...from("the other data set", "fashion-mnist", learntOn("mnist")),
    ...SETS.flatMap((data) => [
      ...from(
        "the other data set, settled",
        data,
        settled(learntOn(data === "mnist" ? "fashion-mnist" : "mnist")),
      ),
      ...from("the related problem, settled", data, settled(related)),
    ]),
    ...curve("curve-fashion", "fashion-mnist", related, [...LAST_BLOCK, ...UPPER_BLOCKS, ...elsewhere]),
    ...otherRates("fashion-mnist", related),
    ...longer("longer", "fashion-mnist"),
    ...SETS.flatMap(choices),
    ...[1, 2].flatMap((seed) => [
      ...curve("seeds", "mnist", related, smallest, seed),
      ...strategies("seeds", "mnist", { seed }).slice(1),
    ]),
    ...longer("seeds", "fashion-mnist", 1).slice(0, 1),
    ...firstRates(related, points),
  ];
}
