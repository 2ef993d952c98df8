import type { Configuration } from "../experiment/configuration";

/** One run of a sweep: where it belongs, how it is called, and what it is. */
export type SweepRun = {
  readonly hash: string;
  readonly part: string;
  readonly series: string;
  readonly label: string;
  readonly scope?: string;
  /** The values of grids and samples, by their paths: what tells it from its neighbours. */
  readonly varied: Readonly<Record<string, unknown>>;
  readonly configuration: Configuration;
};
