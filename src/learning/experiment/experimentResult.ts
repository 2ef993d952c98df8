import type { ModelParameterCount } from "../model/countModelParameters";
import type { BackendInfo } from "../tensorflow/tensorflow";
import type { FitResult } from "../train/fitResult";
import type { Configuration } from "./configuration";
import type { RunCertificate } from "./runCertificate";

/** Where and with what something was computed. */
export type Provenance = {
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
};

/** Where a phase was trained from this epoch on, up to that of the next entry. */
export type PhaseProvenance = Provenance & { readonly firstEpoch: number };

/** A finished phase, and how many numbers it trained without and with those of BatchNorm. */
export type PhaseResult = Omit<FitResult, "aborted" | "trained"> & {
  readonly trained: number;
  readonly trainedWithBatchNorm: number;
  /**
   * One entry for each commit and machine that trained it, in their order, whichever run that was for. Epochs before
   * the first entry (all, if there is none) were trained by a version of this package that did not note it.
   */
  readonly provenance?: readonly PhaseProvenance[];
};

/** The file of a finished run; commit, versions and machine are those of the process that finished it. */
export type ExperimentResult = Provenance & {
  readonly format: "experiment-result/1";
  readonly hash: string;
  readonly configuration: Configuration;
  readonly data: { readonly name: string; readonly checksums: Readonly<Record<string, string>> };
  readonly parameters: Pick<ModelParameterCount, "total" | "totalWithBatchNorm">;
  readonly phases: readonly PhaseResult[];
  /** Test accuracies of the last phase. */
  readonly last?: FitResult["last"];
  readonly best?: FitResult["best"];
  readonly selected?: FitResult["selected"];
  /** What the run proves of unseen images, where its configuration asks for it. */
  readonly certificate?: RunCertificate;
  /** Time in training and evaluation, over all phases and restarts. */
  readonly seconds: number;
  readonly started: string;
  readonly finished: string;
  /** SHA-256 of the rest, by which a later change is noticed; absent in results of earlier versions. */
  readonly checksum?: string;
};
