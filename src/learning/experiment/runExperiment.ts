import { defaultSignal } from "../../common/defaultSignal";
import { cacheFolder, files, needsNode, path, writeWhole } from "../../common/platform";
import type { RoundedMethod } from "../code/withRounding";
import type { Dataset } from "../dataset/dataset";
import type { ImageSet } from "../dataset/imageSet";
import { countModelParameters } from "../model/countModelParameters";
import { tensorflow } from "../tensorflow/tensorflow";
import type { EpochRecord } from "../train/fitResult";
import { restoreWeights, weightsByName } from "../train/trainingState";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint";
import { checksumOf } from "./checksumOf";
import { type Configuration, completed, hashOf, type PhaseConfiguration } from "./configuration";
import type { ExperimentResult, PhaseResult, Provenance } from "./experimentResult";
import { modelOf } from "./modelOf";
import { PhaseError } from "./phaseError";
import { phaseProvenance } from "./phaseProvenance";
import { provenance } from "./provenance";
import { readConfiguration } from "./readConfiguration";
import { type KnownSets, readDataOf } from "./readDataOf";
import { ROUNDING, SENT } from "./roundingConfiguration";
import { certifyRun, type RunCertificate, runDecoder } from "./runCertificate";
import { type PhaseInput, phaseData, runPhase } from "./runPhase";
import { backboneFile, keepBackbone, sharedBackbone } from "./storedBackbone";
import { resultFile, storedResult } from "./storedResult";

/** Where a run's files are, how it is stopped, and who hears of its epochs. */
export type RunOptions = {
  /** Folder of the results; the package's data/results by default. */
  readonly results?: string;
  /** Folder of the checkpoints; in the user's cache by default. */
  readonly checkpoints?: string;
  /** Folder with the files of KMNIST. */
  readonly kmnistFolder?: string;
  /** Folder where the paths of modules of one's own begin; the working directory by default. */
  readonly modules?: string;
  /**
   * Which backbones are left beside the checkpoints: that after each phase that others may begin with, by default; none;
   * or only that after the last phase, in place of a result. A run with a certificate leaves the one that its decoder
   * begins with in any case.
   */
  readonly backbones?: "each" | "none" | "only";
  /** Within an epoch, and where it is stopped, a checkpoint after so many seconds; 300 by default. */
  readonly checkpointEvery?: number;
  /** Data sets as they were read, which runs of one process share. */
  readonly known?: KnownSets;
  /** Without it, Stop stops the run in a notebook. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord & { phase: number }) => void;
};

/** A run's result and file; `result` is absent where the signal stopped it, and the next call goes on. */
export type Run = { readonly file: string; readonly result?: ExperimentResult; readonly existed: boolean };

/**
 * Runs one configuration to its end and writes its result, or returns the result that is there. After every
 * epoch a checkpoint is written, from which an interrupted or killed run goes on bit for bit. The model after
 * the first phases is kept beside the checkpoints, so that runs that begin alike share it: a backbone is
 * pre-trained once.
 * @throws before anything is trained for what fails in any phase: a method, data or labels that it cannot have.
 */
export async function runExperiment(json: Configuration, given: RunOptions = {}): Promise<Run> {
  needsNode("runExperiment", "train by fit");
  const options = { ...given, signal: given.signal ?? defaultSignal() };
  const configuration = completed(readConfiguration(json));
  const { phases } = configuration;
  const folder = options.checkpoints ?? (await checkpointFolder());
  const checkpointFile = path.join(folder, `${hashOf(configuration)}.checkpoint`);
  const backbones = options.backbones ?? "each";
  const onlyBackbone = backbones === "only";
  const file = onlyBackbone
    ? backboneFile(folder, configuration, phases.length)
    : resultFile(configuration, options.results);
  // A choice that is not on the menu is refused before anything is trained.
  if (configuration.certificate) runDecoder(configuration, {});
  const known = onlyBackbone
    ? (await readCheckpoint(file)) && {}
    : resultOf(await storedResult(configuration, options.results));
  if (known) {
    // Left by a process that was killed when its result was written.
    await files.rm(checkpointFile, { force: true });
    return { file, ...known, existed: true };
  }
  const before = (await readCheckpoint(checkpointFile)) ?? (await sharedBackbone(folder, configuration));

  const tf = await tensorflow();
  // Now, while the checkout is still the one that runs.
  const here = await provenance();
  const dataOf = readDataOf(configuration, options);
  const model = await modelOf(configuration, options.modules);
  try {
    await checkPhases({ configuration, model, dataOf, options, from: (before?.phase ?? 0) + 1 });
    const started = before?.started ?? new Date().toISOString();
    const done: PhaseResult[] = [...(before?.done ?? [])];
    let begin: Pick<Checkpoint, "base" | "numbers"> = before ?? { base: weightsByName(model) };
    let certificate: RunCertificate | undefined;
    for (let phase = before?.phase ?? 0; phase < phases.length; phase++) {
      const resume = before?.phase === phase ? before.state : undefined;
      // A method builds on the weights it finds, which have to be those at the beginning of the phase.
      const { base, numbers } = begin;
      restoreWeights(tf, model, base);
      const data = await dataOf(phases[phase].data);
      const earlier = (resume && before?.provenance) ?? [];
      const trainedBy = (epochs: number) =>
        phaseProvenance(earlier, here, { before: resume?.records.length ?? 0, epochs });
      const certify = async (method: RoundedMethod, { train, test }: Dataset) =>
        certifyRun({
          ...{ configuration, model, method, train, test, seen: await seenBefore(configuration, dataOf) },
          ...(phases.length > SENT && { base }),
          modules: options.modules,
        });
      const end = await runPhase(
        { configuration, phase, model, data, numbers, resume, options },
        (state) => {
          // An epoch that is begun here has an entry, even if another machine finishes it.
          const provenance = trainedBy(state.records.length + (state.within ? 1 : 0));
          return writeCheckpoint(checkpointFile, { phase, done, ...begin, state, provenance, started });
        },
        configuration.certificate && phase + 1 === phases.length ? certify : undefined,
      ).catch((error) => {
        throw new PhaseError(phase, error);
      });
      if (!end) return { file, existed: false };
      certificate = end.certificate;
      if (certificate?.backbone) await keepBackbone(folder, configuration, { done, base, started });
      done.push({ ...end.result, provenance: trainedBy(end.result.epochs.length) });
      // What is rounded next is made of the same weights as before, and of the numbers.
      const rounds = phases[phase].roundedNext ?? phases[phase + 1]?.method.name === ROUNDING;
      begin = rounds ? { base, numbers: end.numbers } : { base: weightsByName(model) };
      if (
        backbones === "each"
          ? phase + 1 < phases.length || phase === 0
          : phase + 1 === phases.length && onlyBackbone
      ) {
        const shared = { phase: phase + 1, done, ...begin, started };
        await writeCheckpoint(backboneFile(folder, configuration, phase + 1), shared);
      }
    }
    const result = onlyBackbone
      ? undefined
      : await finished({ configuration, model, done, certificate, here, started, dataOf });
    if (result) await writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
    await files.rm(checkpointFile, { force: true });
    return { file, ...(result && resultOf(JSON.parse(JSON.stringify(result)))), existed: false };
  } finally {
    model.dispose();
  }
}

function resultOf(result: ExperimentResult | undefined): Pick<Run, "result"> | undefined {
  return result && { result };
}

/** The result of a run whose phases are done. */
async function finished({
  configuration,
  model,
  done,
  certificate,
  here,
  started,
  dataOf,
}: Pick<PhaseInput, "configuration" | "model"> & {
  done: readonly PhaseResult[];
  certificate?: RunCertificate;
  here: Provenance;
  started: string;
  dataOf: ReturnType<typeof readDataOf>;
}): Promise<ExperimentResult> {
  const data = await dataOf(undefined);
  const { total, totalWithBatchNorm } = countModelParameters(model);
  const { last, best, selected } = done[done.length - 1];
  const unsigned: ExperimentResult = {
    format: "experiment-result/1",
    hash: hashOf(configuration),
    configuration,
    ...here,
    data: { name: data.name, checksums: data.checksums },
    parameters: { total, totalWithBatchNorm },
    phases: done,
    ...{ last, best, selected },
    ...(certificate && { certificate }),
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
    started,
    finished: new Date().toISOString(),
  };
  return { ...unsigned, checksum: checksumOf(unsigned) };
}

/** Takes later phases up to their first step, so that a fault in the last shows before the first is trained. */
async function checkPhases({
  dataOf,
  from,
  ...input
}: Pick<PhaseInput, "configuration" | "model" | "options"> & {
  dataOf: ReturnType<typeof readDataOf>;
  from: number;
}): Promise<void> {
  const { model } = input;
  const configuration = { ...input.configuration, phases: input.configuration.phases.map(lookedAt) };
  const weights = weightsByName(model);
  const options = { ...input.options, signal: AbortSignal.abort() };
  for (let phase = from; phase < configuration.phases.length; phase++) {
    try {
      const data = await dataOf(configuration.phases[phase].data);
      await runPhase({ ...input, configuration, phase, data, options }, async () => {});
    } catch (error) {
      throw new PhaseError(phase, error);
    }
  }
  restoreWeights(await tensorflow(), model, weights);
}

/**
 * A phase with one batch of pictures of its task, which has each fault that all of them have: half a gigabyte of pictures
 * need not be made twice. A last batch of one picture is a fault of its own.
 */
function lookedAt(phase: PhaseConfiguration): PhaseConfiguration {
  const { pretext = 0, batch = pretext } = phase;
  return pretext > batch && pretext % batch !== 1 ? { ...phase, pretext: batch } : phase;
}

/** All images that the backbone of a run has seen. */
async function seenBefore(
  { phases }: Configuration,
  dataOf: ReturnType<typeof readDataOf>,
): Promise<readonly ImageSet[]> {
  const seen: ImageSet[] = [];
  for (const phase of phases.slice(0, -SENT)) {
    const { train, validation } = phaseData(await dataOf(phase.data), { ...phase, pretext: undefined });
    seen.push(train, ...(validation ? [validation] : []));
  }
  return seen;
}

async function checkpointFolder(): Promise<string> {
  return path.join(cacheFolder(), "checkpoints");
}
