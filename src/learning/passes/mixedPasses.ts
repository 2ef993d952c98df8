import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-node";
import { present } from "../../common/present";
import { gradientsOf } from "../tensorflow/gradientsOf";
import type { Id, NativeOps } from "../tensorflow/nativeOps";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { checkRead, type Link, type LinkOf, weightsOf } from "./link";
import type { NativeLink } from "./native/nativeLink";
import { nativeScore } from "./native/nativeScore";
import { nativeSequence } from "./native/nativeSequence";
import type { Batch, Passes, StepResult } from "./passes";
import { type Branch, throughBranches } from "./segments";
import { stockPass } from "./stockPass";

/** Native links in a row, one operation to TensorFlow.js's automatic gradient; or what TensorFlow.js computes itself. */
type Part =
  | {
      readonly kind: "native";
      readonly link: NativeLink;
      readonly weights: readonly Variable[];
      readonly output: readonly number[];
    }
  | LinkOf<"stock">
  | { readonly kind: "branches"; readonly branches: readonly Branch<Part>[] };

/** A tensor, and whether it depends on a weight whose gradient is asked for. */
type Value = { readonly tensor: Tensor; readonly depends: boolean };
type Pass = { readonly seed: number; readonly step: number; readonly wants: (weight: Variable) => boolean };

/** The passes through a chain in which some links are native. TensorFlow.js computes the others. */
export function mixedPasses(tf: Tensorflow, ops: NativeOps, links: readonly Link[]): Passes {
  const parts = partsOf(ops, links);
  const score = nativeScore(ops);
  // TensorFlow.js may free its tensors before the backward pass, which needs them.
  const held = (tensor: Tensor) => ops.shared(ops.idOf(tensor));
  const given = (id: Id, shape: readonly number[]) => ops.adopt(ops.shared(id), shape);

  const native = (part: Part & { kind: "native" }, { tensor, depends }: Value, pass?: Pass): Value => {
    const { link, weights } = part;
    const size = tensor.shape[0];
    const shape = [size, ...part.output];
    if (!pass) return { tensor: given(link.infer(ops.idOf(tensor)), shape), depends };
    const { wants, ...draw } = pass;
    const train = () => link.train(held(tensor), { size, ...draw });
    const asked = weights.filter(wants);
    const inputs = depends ? [tensor, ...asked] : asked;
    if (inputs.length === 0) return { tensor: given(train().output, shape), depends };
    const operation = tf.customGrad(() => {
      const { output, gradients } = train();
      const gradFunc = (dy: Tensor) => {
        const found = gradients(held(dy), { wants, input: depends });
        const own = new Map(found.weights);
        const ofWeights = asked.map((weight) =>
          ops.adopt(present(own.get(weight), weight.name), weight.shape),
        );
        return depends
          ? [given(present(found.input, "The gradient of a chain's input"), tensor.shape), ...ofWeights]
          : ofWeights;
      };
      return { value: given(output, shape), gradFunc };
    });
    return { tensor: operation(...inputs), depends: true };
  };

  const apply = (part: Part, from: readonly Value[], pass?: Pass): Value => {
    if (part.kind === "native") return native(part, from[0], pass);
    if (part.kind === "branches")
      return throughBranches(part.branches, from[0], (chain, own) => through(chain, own, pass));
    const tensors = from.map(({ tensor }) => tensor);
    const tensor = stockPass(tf, part, tensors.length > 1 ? tensors : tensors[0], pass);
    const depends =
      from.some((value) => value.depends) || weightsOf(part).some((weight) => pass?.wants(weight));
    return { tensor, depends };
  };
  const through = (chain: readonly Part[], from: readonly Value[], pass?: Pass): Value =>
    chain.reduce((values, part) => [apply(part, values, pass)], from)[0];
  const start = (images: Tensor) => [{ tensor: images, depends: false }];
  /** Nothing native outlives a pass, even one that throws. */
  const swept = <T extends object>(pass: () => T): T => {
    try {
      return tf.tidy(pass as never) as T;
    } finally {
      ops.sweep();
    }
  };

  return {
    train({ images, labels }: Batch, wanted, draw) {
      checkRead(links, wanted);
      const all = new Set(wanted);
      const pass = { ...draw, wants: (weight: Variable) => all.has(weight) };
      return swept(() => {
        let result: StepResult = { loss: 0, correct: 0 };
        const gradients = gradientsOf(tf, wanted, () => {
          const { tensor } = through(parts, start(images), pass);
          const loss = tf.customGrad(() => {
            const { gradient, ...scored } = score(ops.idOf(tensor), labels);
            result = scored;
            return {
              value: tf.scalar(scored.loss / labels.size),
              gradFunc: () => ops.adopt(gradient(), tensor.shape),
            };
          });
          return loss(tensor) as Scalar;
        });
        return { ...result, gradients };
      });
    },
    score: ({ images, labels }) =>
      swept(() => {
        const { loss, correct } = score(ops.idOf(through(parts, start(images)).tensor), labels);
        return { loss, correct };
      }),
    infer: (images) => swept(() => through(parts, start(images)).tensor.clone()),
    dispose: () => ops.dispose(),
  };
}

function partsOf(ops: NativeOps, links: readonly Link[]): Part[] {
  const parts: Part[] = [];
  let row: Link[] = [];
  const close = () => {
    if (row.length === 0) return;
    const weights = [...new Set(row.flatMap(weightsOf))];
    parts.push({
      kind: "native",
      link: nativeSequence(ops, row),
      weights,
      output: row[row.length - 1].output,
    });
    row = [];
  };
  for (const link of links) {
    if (link.kind !== "stock" && link.kind !== "branches") {
      row.push(link);
      continue;
    }
    close();
    if (link.kind === "stock") parts.push(link);
    else {
      const branches = link.branches.map(({ inputs, chain }) => ({ inputs, chain: partsOf(ops, chain) }));
      parts.push({ kind: "branches", branches });
    }
  }
  close();
  return parts;
}
