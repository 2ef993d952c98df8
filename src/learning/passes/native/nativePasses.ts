import type { Variable } from "@tensorflow/tfjs-node";
import { present } from "../../../common/present";
import type { NativeOps } from "../../tensorflow/nativeOps";
import { checkRead, type Link } from "../link";
import type { Passes } from "../passes";
import { nativeScore } from "./nativeScore";
import { nativeSequence } from "./nativeSequence";

/**
 * Forward and backward passes written out in TensorFlow's own operations: about a hundred a step for the
 * paper's CNN, where the layers of TensorFlow.js need over six hundred.
 */
export function nativePasses(ops: NativeOps, links: readonly Link[]): Passes {
  const sequence = nativeSequence(ops, links);
  const score = nativeScore(ops);
  return {
    train({ images, labels }, wanted, draw) {
      checkRead(links, wanted);
      const all = new Set(wanted);
      try {
        const { output, gradients } = sequence.train(ops.idOf(images), { size: images.shape[0], ...draw });
        const { gradient, loss, correct } = score(output, labels);
        const wants = (weight: Variable) => all.has(weight);
        const found = new Map(gradients(gradient(), { wants, input: false }).weights);
        return {
          loss,
          correct,
          gradients: wanted.map((variable) =>
            ops.adopt(present(found.get(variable), variable.name), variable.shape),
          ),
        };
      } finally {
        ops.sweep();
      }
    },

    score({ images, labels }) {
      try {
        const { loss, correct } = score(sequence.infer(ops.idOf(images)), labels);
        return { loss, correct };
      } finally {
        ops.sweep();
      }
    },

    infer(images) {
      try {
        // Where the links do nothing (drop-out in inference mode), the output is the images, with a handle of its own.
        const output = ops.shared(sequence.infer(ops.idOf(images)));
        return ops.adopt(output, [images.shape[0], ...links[links.length - 1].output]);
      } finally {
        ops.sweep();
      }
    },

    dispose: () => ops.dispose(),
  };
}
