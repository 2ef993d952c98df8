import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Batch, Chain, StepResult, TrainingStep } from "./chain";
import { type Link, weightsOf } from "./link";
import type { NativeLink } from "./nativeLink";
import { nativeLinks } from "./nativeLinks";
import type { Id, NativeOps } from "./nativeOps";

/**
 * Forward and backward passes written out in TensorFlow's own operations: about a hundred a step for the
 * paper's CNN, where the layers of TensorFlow.js need over six hundred.
 */
export function nativeChain(ops: NativeOps, links: readonly Link[]): Chain {
  const native = nativeLinks(ops, poolFirst(links));
  const lossAttributes = [ops.type("T", "float32"), ops.type("Tlabels", "int32")];
  const argMax = [ops.type("T", "float32"), ops.type("Tidx", "int32"), ops.type("output_type", "int32")];

  const score = (logits: Id, batch: Batch): StepResult & { gradient: Id } => {
    const labels = ops.idOf(batch.labels);
    const [losses, gradient] = ops.runMany(
      "SparseSoftmaxCrossEntropyWithLogits",
      lossAttributes,
      [logits, labels],
      2,
    );
    const best = ops.read(ops.run("ArgMax", argMax, [logits, ops.constant([1], "int32", [])]));
    const truth = ops.read(labels);
    let loss = 0;
    for (const value of ops.read(losses)) loss += value;
    let correct = 0;
    for (let i = 0; i < truth.length; i++) if (best[i] === truth[i]) correct++;
    return { loss, correct, gradient };
  };

  const infer = (images: Tensor): Id => native.reduce((x, link) => link.infer(x), ops.idOf(images));

  return {
    train(batch: Batch, wanted: readonly Variable[], draw): TrainingStep {
      const slots = new Map(wanted.map((variable, index) => [variable, index]));
      const first = links.findIndex((link) => weightsOf(link).some((weight) => slots.has(weight)));
      const found = new Array<Id | undefined>(wanted.length);
      try {
        const backward: ReturnType<NativeLink["train"]>[] = [];
        let x = ops.idOf(batch.images);
        const size = batch.images.shape[0];
        for (const link of native) {
          const pass = link.train(x, { size, ...draw });
          backward.push(pass);
          x = pass.output;
        }
        const { gradient, ...result } = score(x, batch);
        let g = ops.run("Mul", [ops.type("T", "float32")], [gradient, ops.scalar(1 / size)]);
        for (let i = links.length - 1; i >= first && first >= 0; i--) {
          const request = { wants: (weight: Variable) => slots.has(weight), input: i > first };
          const gradients = backward[i].gradients(g, request);
          for (const [weight, id] of gradients.weights) found[slots.get(weight)!] = id;
          if (gradients.input !== undefined) g = gradients.input;
        }
        const gradients = wanted.map((variable, index) => {
          const id = found[index];
          if (id === undefined) throw new Error(`No layer of the model reads the variable ${variable.name}.`);
          return ops.adopt(id, variable.shape);
        });
        return { ...result, gradients };
      } finally {
        ops.sweep();
      }
    },

    evaluate(batch) {
      try {
        const { loss, correct } = score(infer(batch.images), batch);
        return { loss, correct };
      } finally {
        ops.sweep();
      }
    },

    infer(images) {
      try {
        return ops.adopt(infer(images), [images.shape[0], ...links[links.length - 1].output]);
      } finally {
        ops.sweep();
      }
    },

    dispose: () => ops.dispose(),
  };
}

/** Whether a ReLU stands here and max-pooling behind it. */
const exchanged = (links: readonly Link[], i: number) =>
  links[i]?.kind === "relu" && links[i + 1]?.kind === "maxPool";

/** Pools before a ReLU instead of behind it: max σ(x) = σ(max x), gradients included, on a quarter of the values. */
function poolFirst(links: readonly Link[]): readonly Link[] {
  return links.map((link, i) => {
    if (exchanged(links, i)) return links[i + 1];
    return exchanged(links, i - 1) ? links[i - 1] : link;
  });
}
