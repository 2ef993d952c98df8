import { breathe } from "../../common/platform";
import { type Batches, epochSize } from "../batches/batches";
import type { Resident } from "../batches/resident";
import { permutation, randomGenerator } from "../dataset/randomGenerator";
import type { Method } from "../method/method";
import type { Optimizer } from "../optimizer/radam";
import type { Passes, StepResult } from "../passes/passes";
import { loadedTensorflow } from "../tensorflow/tensorflow";

/** One step of a training, as `onStep` receives it. */
export type StepRecord = {
  readonly epoch: number;
  /** Steps taken so far in all epochs, and how many there will be. */
  readonly step: number;
  readonly steps: number;
  /** Mean cross-entropy and accuracy of this batch, drop-out on. */
  readonly loss: number;
  readonly accuracy: number;
};

/** How far an epoch has come: images seen, sums of loss and hits over them, and the seconds that they took. */
export type BegunEpoch = {
  readonly seen: number;
  readonly loss: number;
  readonly correct: number;
  readonly seconds: number;
};

/** What the epochs of one training share; `step` counts through all of them. */
export type TrainingLoop = Batches & {
  readonly passes: Passes;
  readonly method: Method;
  readonly optimizer: Optimizer;
  readonly train: Resident;
  readonly seed: number;
  readonly steps: number;
  readonly options: {
    readonly signal?: AbortSignal;
    readonly onStep?: (record: StepRecord) => void | Promise<void>;
  };
  step: number;
  /** The epoch that a resumed training begins with, if it was begun. */
  begun?: BegunEpoch;
  /** Hears after each step but an epoch's last one how far the epoch is. */
  readonly onBegun?: (begun: BegunEpoch) => Promise<void>;
};

/** One pass over the images in the epoch's own order; mean loss and accuracy over its batches. Ends early if the signal aborts. */
export async function trainEpoch(
  loop: TrainingLoop,
  epoch: number,
  rate: number,
): Promise<{ loss: number; accuracy: number; all: BegunEpoch }> {
  const { train, batch, seed, steps, options } = loop;
  const { images } = epochSize(train.count, loop);
  const order = permutation(train.count, randomGenerator(seed, epoch));
  const { seconds: earlier, ...before } = loop.begun ?? { loss: 0, correct: 0, seen: 0, seconds: 0 };
  let { loss, correct, seen } = before;
  loop.begun = undefined;
  const began = performance.now();
  const seconds = () => earlier + (performance.now() - began) / 1000;
  for (; seen < images && !options.signal?.aborted; seen += batch) {
    const { count, ...result } = trainStep(
      loop,
      order.subarray(seen, Math.min(seen + batch, images)),
      epoch,
      rate,
    );
    loss += result.loss;
    correct += result.correct;
    const { step } = loop;
    await options.onStep?.({
      epoch,
      step,
      steps,
      loss: result.loss / count,
      accuracy: result.correct / count,
    });
    await breathe();
    if (loop.onBegun && seen + batch < images)
      await loop.onBegun({ seen: seen + batch, loss, correct, seconds: seconds() });
  }
  const count = Math.min(seen, images);
  const all = { seen: count, loss, correct, seconds: seconds() };
  return { loss: loss / count, accuracy: correct / count, all };
}

/** One step on the images of these indices; even if it throws, no tensor stays. */
function trainStep(loop: TrainingLoop, indices: Int32Array, epoch: number, rate: number) {
  return loadedTensorflow().tidy((): StepResult & { count: number } => {
    const { passes, method, optimizer, seed } = loop;
    const batch = loop.train.pick(indices);
    const { gradients, ...result } = passes.train(batch, method.carriers, { seed, step: loop.step });
    if (!Number.isFinite(result.loss)) {
      throw new RangeError(
        `The loss is ${result.loss} in step ${loop.step + 1} (epoch ${epoch}): lower the learning rate (${rate}).`,
      );
    }
    optimizer.apply(method.pullback(gradients), rate);
    method.write();
    loop.step++;
    return { ...result, count: batch.count };
  });
}
