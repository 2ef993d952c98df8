import { sha256 } from "../../common/platform";
import type { MenuValue } from "../code/menu";
import type { PixelMoments } from "../dataset/dataset";
import type { FrozenBehaviour } from "../model/frozenBehaviour";
import type { OptimizerOptions } from "../optimizer/radam";
import type { DataName } from "./dataSets";
import { absentOptions, type PhaseMethod } from "./methodConfiguration";
import type { ModelName } from "./models";
import type { OwnModule } from "./ownModule";
import type { Schedule } from "./schedule";

export const FORMAT = "experiment/1";

/** One training of a run: what is trained, on what, how long and how. */
export type PhaseConfiguration = {
  /** Where this phase takes another data set than the run. */
  readonly data?: DataName | OwnModule;
  /** Only the samples of these labels; all if absent. */
  readonly labels?: readonly number[];
  /** Only one half of the training images, of two that are drawn by lot once and for all, whatever the run's seed. */
  readonly half?: "A" | "B";
  /** So many pictures of a task made of the images that are left, by `pretextTask`, whatever the run's seed. */
  readonly pretext?: number;
  readonly method: PhaseMethod;
  readonly epochs: number;
  readonly batch?: number;
  /** Leave out the last batch of an epoch where it is smaller than the others. */
  readonly dropLast?: boolean;
  readonly learningRate?: Schedule;
  readonly optimizer?: OptimizerOptions;
  readonly frozen?: FrozenBehaviour;
  /** Evaluate after every so many epochs and after the last one, or never where it is 0; after each if absent. */
  readonly evaluateEvery?: number;
  /** End the phase with the weights of its best epoch on the validation set. */
  readonly keepBest?: boolean;
  /** End the phase so many epochs after the best one on the validation set. */
  readonly patience?: number;
  /** Said of the end of a beginning that runs share: they go on by rounding, and need numbers and first weights. */
  readonly roundedNext?: true;
};

/** One run, as plain data: everything that decides its numbers, apart from the machine. */
export type Configuration = {
  readonly format: typeof FORMAT;
  readonly data: {
    /** A data set of the package, or "module" for one of one's own. */
    readonly name: DataName | "module";
    readonly module?: OwnModule;
    /** Balanced subsets of so many images; all if absent. */
    readonly train?: number;
    readonly test?: number;
    /** Share of the training images kept for validation. */
    readonly validation?: number;
    /** What all images are standardised by, from numbers 0 to 255 a pixel; their training set's own mean and std if absent. */
    readonly standardised?: PixelMoments;
  };
  readonly model: {
    /** A model of the package, or "module" for one of one's own. */
    readonly name: ModelName | "module";
    readonly module?: OwnModule;
    readonly width?: number;
    readonly dropout?: number;
    /** Channels of the last convolution, of a model that has this option. */
    readonly last?: number;
    /** Units of the embedding, and classes of the head, of a model that has these options. */
    readonly embedding?: number;
    readonly classes?: number;
    /** Kernels drawn at random by `seed`, or set by the formula of `fixedFilters`; random if absent. */
    readonly kernels?: "random" | "fixed-filters";
  };
  /** One after the other on the same model. */
  readonly phases: readonly PhaseConfiguration[];
  readonly seed: number;
  /** What bounds the error on unseen images, from the training images of the last phase, which rounds. */
  readonly certificate?: CertificateConfiguration;
};

/** What is promised before the training. */
export type CertificateConfiguration = {
  /** By paths of the configuration the values that may be chosen: this run's are among them, and paid for. */
  readonly menu: Readonly<Record<string, readonly MenuValue[]>>;
  /** The chance that the bound fails, over draws of the images. */
  readonly delta: number;
};

/** 64 bits: no two configurations that anybody runs have one name by chance. */
const HASH_DIGITS = 16;

/** The name of a run: the first 16 hexadecimal digits of the SHA-256 of its canonical text. */
export function hashOf(configuration: Configuration): string {
  return sha256().update(canonicalText(configuration)).digest("hex").slice(0, HASH_DIGITS);
}

/** Equal text for equal configurations: as `completed` has them, keys sorted, no spaces, modules without their paths. */
export function canonicalText(configuration: Configuration): string {
  return sortedText(withoutPaths(completed(configuration)));
}

/** Where the file of a module lies decides no number; what is in it has a checksum. */
export function withoutPaths<C extends Pick<Configuration, "data" | "model" | "phases">>(configuration: C) {
  const { data, model, phases } = configuration;
  const bare = <T extends { readonly module?: OwnModule }>(part: T) =>
    part.module ? { ...part, module: nameless(part.module) } : part;
  return {
    ...configuration,
    data: bare(data),
    model: bare(model),
    phases: phases.map((phase) =>
      typeof phase.data === "object" ? { ...phase, data: nameless(phase.data) } : phase,
    ),
  };
}

function nameless({ file: _, ...module }: OwnModule): Omit<OwnModule, "file"> {
  return module;
}

/**
 * The one way of writing a configuration that a run is named by. Default numbers and behaviours are written out, so
 * that a later default changes no old run. What says the same as its absence is left out: random kernels, the
 * run's own data, a method's options where they are at their defaults, ε beside √v, and what `fit` does unasked.
 */
export function completed(configuration: Configuration): Configuration {
  const { data, model, phases } = configuration;
  return {
    ...configuration,
    data: { validation: 1 / 12, ...given(data) },
    model: { width: 1, dropout: 1, ...given(model, { kernels: "random" }) },
    phases: phases.map((phase) => ({
      batch: 128,
      learningRate: { start: 0.002, factor: 0.93 },
      ...given(phase, { data: data.name, dropLast: false, evaluateEvery: 1, keepBest: false }),
      method: given(phase.method, absentOptions(phase.method)),
      optimizer: {
        kind: "radam",
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 1e-4,
        decoupled: false,
        ...given(phase.optimizer, { correctedEpsilon: false }),
      },
      frozen: { statistics: "still", dropout: "off", ...given(phase.frozen) },
    })),
  };
}

/** The options without those that are undefined or as they would be if absent. */
function given<T extends object>(options: T = {} as T, absent: Readonly<Record<string, unknown>> = {}): T {
  const kept = Object.entries(options).filter(([key, value]) => value !== undefined && value !== absent[key]);
  return Object.fromEntries(kept) as T;
}

/**
 * What JSON.stringify writes of a JSON value after its keys are sorted, without making that value: a large sweep has many of
 * them. Keys that are numbers come first, by their size, as in every object of JavaScript.
 */
export function sortedText(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((entry) => (entry === undefined ? "null" : sortedText(entry))).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of sortedKeys(object))
    if (object[key] !== undefined) text += `${text && ","}${JSON.stringify(key)}:${sortedText(object[key])}`;
  return `{${text}}`;
}

function sortedKeys(object: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(object);
  const names = keys.findIndex((key) => !isIndex(key));
  if (names === 0) return keys.sort();
  return names === -1 ? keys : [...keys.slice(0, names), ...keys.slice(names).sort()];
}

/** Whether an object has a key before all names: 0 to 2^32 − 2. */
const isIndex = (key: string): boolean => {
  const number = Number(key) >>> 0;
  return String(number) === key && number < 2 ** 32 - 1;
};
