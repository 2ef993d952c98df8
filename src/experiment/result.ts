import type { BackendInfo } from "../backend";
import type { ModelParameterCount } from "../model/countModelParameters";
import type { FitResult } from "../train/fitResult";
import type { Configuration } from "./configuration";

/** A finished phase, and how many numbers it trained without and with those of BatchNorm. */
export type PhaseResult = Omit<FitResult, "aborted" | "trained"> & {
  readonly trained: number;
  readonly trainedWithBatchNorm: number;
};

/** The file of a finished run. */
export type ExperimentResult = {
  readonly format: "experiment-result/1";
  readonly hash: string;
  readonly configuration: Configuration;
  /** Commit of the checkout, with "+" after it where files differ; absent outside of git. */
  readonly commit?: string;
  readonly versions: {
    readonly package: string;
    readonly node: string;
    readonly tfjs: string;
    readonly tensorflow?: string;
  };
  readonly backend: Pick<BackendInfo, "backend" | "threads" | "oneDNN">;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGB: number;
    readonly platform: string;
  };
  readonly data: { readonly name: string; readonly checksums: Readonly<Record<string, string>> };
  readonly parameters: Pick<ModelParameterCount, "total" | "totalWithBatchNorm">;
  readonly phases: readonly PhaseResult[];
  /** Test accuracies of the last phase. */
  readonly last?: FitResult["last"];
  readonly best?: FitResult["best"];
  readonly selected?: FitResult["selected"];
  /** Time in training and evaluation, over all phases and restarts. */
  readonly seconds: number;
  readonly started: string;
  readonly finished: string;
};
