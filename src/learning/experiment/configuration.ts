import { sha256 } from "../../common/platform";
import type { FrozenBehaviour } from "../model/frozenBehaviour";
import type { OptimizerOptions } from "../optimizer/radam";
import type { DataName } from "./dataSets";
import { absentOptions, type MethodConfiguration } from "./methodConfiguration";
import type { ModelName } from "./models";

export const FORMAT = "experiment/1";

/** One training of a run: what is trained, on what, how long and how. */
export type PhaseConfiguration = {
  /** Where this phase takes another data set than the run. */
  readonly data?: DataName;
  /** Only the samples of these labels; all if absent. */
  readonly labels?: readonly number[];
  readonly method: MethodConfiguration;
  readonly epochs: number;
  readonly batch?: number;
  /** start · factor^(i−1) in epoch i. */
  readonly learningRate?: { readonly start: number; readonly factor: number };
  readonly optimizer?: OptimizerOptions;
  readonly frozen?: FrozenBehaviour;
};

/** One run, as plain data: everything that decides its numbers, apart from the machine. */
export type Configuration = {
  readonly format: typeof FORMAT;
  readonly data: {
    readonly name: DataName;
    /** Balanced subsets of so many images; all if absent. */
    readonly train?: number;
    readonly test?: number;
    /** Share of the training images kept for validation. */
    readonly validation?: number;
  };
  readonly model: {
    readonly name: ModelName;
    readonly width?: number;
    readonly dropout?: number;
    /** Kernels drawn at random by `seed`, or set by the formula of `fixedFilters`; random if absent. */
    readonly kernels?: "random" | "fixed-filters";
  };
  /** One after the other on the same model. */
  readonly phases: readonly PhaseConfiguration[];
  readonly seed: number;
};

/** 64 bits: no two configurations that anybody runs have one name by chance. */
const HASH_DIGITS = 16;

/** The name of a run: the first 16 hexadecimal digits of the SHA-256 of its canonical text. */
export function hashOf(configuration: Configuration): string {
  return sha256().update(canonicalText(configuration)).digest("hex").slice(0, HASH_DIGITS);
}

/** Equal text for equal configurations: as `completed` has them, keys sorted, no spaces. */
export function canonicalText(configuration: Configuration): string {
  return JSON.stringify(sorted(completed(configuration)));
}

/**
 * The one way of writing a configuration that a run is named by. Default numbers and behaviours are written out, so
 * that a later default changes no old run. What says the same as its absence is left out: random kernels, the
 * run's own data, a method's options where they are at their defaults, and ε beside √v.
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
      ...given(phase, { data: data.name }),
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

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]),
  );
}
