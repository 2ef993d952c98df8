import type { Tensor1D } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import type { StepResult } from "../passes";

/** Loss and hits of logits, and the gradient of the *mean* loss. */
export function nativeScore(ops: NativeOps) {
  const float = [ops.type("T", "float32")];
  const lossAttributes = [...float, ops.type("Tlabels", "int32")];
  const argMax = [...float, ops.type("Tidx", "int32"), ops.type("output_type", "int32")];
  return (logits: Id, labels: Tensor1D): StepResult & { gradient(): Id } => {
    const id = ops.idOf(labels);
    const inputs = [logits, id];
    const [losses, gradient] = ops.runMany("SparseSoftmaxCrossEntropyWithLogits", lossAttributes, inputs, 2);
    const best = ops.read(ops.run("ArgMax", argMax, [logits, ops.constant([1], "int32", [])]));
    const truth = ops.read(id);
    let loss = 0;
    for (const value of ops.read(losses)) loss += value;
    let correct = 0;
    for (let i = 0; i < truth.length; i++) if (best[i] === truth[i]) correct++;
    return {
      loss,
      correct,
      gradient: () => ops.run("Mul", float, [gradient, ops.scalar(1 / labels.size)]),
    };
  };
}
