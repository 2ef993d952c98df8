import type { Variable } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "../../tensorflow/nativeOps";
import { type Link, weightsOf } from "../link";
import type { NativeLink } from "./nativeLink";
import { nativeLinks } from "./nativeLinks";

/** A chain of native links as one link. */
export function nativeSequence(ops: NativeOps, links: readonly Link[]): NativeLink {
  const native = nativeLinks(ops, poolFirst(links));
  const float = [ops.type("T", "float32")];
  return {
    infer: (x) => native.reduce((y, link) => link.infer(y), x),
    train(x, draw) {
      let output = x;
      const passes = native.map((link) => {
        const pass = link.train(output, draw);
        output = pass.output;
        return pass;
      });
      return {
        output,
        gradients(g, { wants, input }) {
          const first = input ? 0 : links.findIndex((link) => weightsOf(link).some(wants));
          const weights = new Map<Variable, Id>();
          let back: Id | undefined = g;
          for (let i = links.length - 1; i >= first && first >= 0 && back !== undefined; i--) {
            const gradients = passes[i].gradients(back, { wants, input: input || i > first });
            for (const [weight, own] of gradients.weights) {
              const other = weights.get(weight);
              // The gradient of a layer that is called several times is the sum over its calls.
              weights.set(weight, other === undefined ? own : ops.run("AddV2", float, [other, own]));
            }
            back = gradients.input;
          }
          return { weights: [...weights], ...(input && { input: back }) };
        },
      };
    },
  };
}

/** Whether link i is a ReLU and the next one max-pooling. */
const exchanged = (links: readonly Link[], i: number) =>
  links[i]?.kind === "relu" && links[i + 1]?.kind === "maxPool";

/** Pools before a ReLU instead of after it: max σ(x) = σ(max x), gradients included, on a quarter of the values. */
function poolFirst(links: readonly Link[]): readonly Link[] {
  return links.map((link, i) => {
    if (exchanged(links, i)) return links[i + 1];
    return exchanged(links, i - 1) ? links[i - 1] : link;
  });
}
