import type { NativeOps } from "../../tensorflow/nativeOps";
import type { Link, LinkOf } from "../link";
import { batchNorm, ownBatchNorm } from "./batchNorm";
import { conv, dense } from "./dense";
import { dropout } from "./dropout";
import { maxPool, reluLink } from "./maxPool";
import type { NativeLink } from "./nativeLink";
import { flatten } from "./reshape";

/** The native forms of links, each with its neighbours in mind. */
export function nativeLinks(ops: NativeOps, links: readonly Link[]): NativeLink[] {
  /** Whether link i is a ReLU or max-pooling that a link after it does in training. */
  const left = (i: number): boolean => {
    const [link, next] = links.slice(Math.max(i, 0));
    if (i < 0 || next === undefined) return false;
    if (link.kind === "relu") return drops(next) || (next.kind === "batchNorm" && ownBatchNorm(ops, next));
    if (link.kind !== "maxPool" || !ops.hasOwn || !quarters(link)) return false;
    return drops(next) || (next.kind === "relu" && left(i + 1) && drops(links[i + 2]));
  };
  return links.map((link, i) => {
    const rectifies = links[i - 1]?.kind === "relu" && left(i - 1);
    switch (link.kind) {
      case "relu":
        return reluLink(ops, { left: left(i) });
      case "maxPool":
        return maxPool(ops, link, { left: left(i) });
      case "batchNorm":
        return batchNorm(ops, link, { rectifies });
      case "dropout": {
        const before = rectifies ? i - 2 : i - 1;
        return dropout(ops, link, { rectifies, pools: links[before]?.kind === "maxPool" && left(before) });
      }
      default:
        return nativeLink(ops, link);
    }
  });
}

const drops = (link: Link) => link.kind === "dropout" && link.active;

/** Whether max-pooling takes each value once, by 2 × 2, of as many channels as fill the processor's vectors. */
function quarters({ input, size, strides }: LinkOf<"maxPool">): boolean {
  const [height, width, channels] = input;
  const even = height % 2 === 0 && width % 2 === 0;
  return even && channels % 16 === 0 && [...size, ...strides].every((extent) => extent === 2);
}

type Alone = Exclude<Link, { kind: "relu" | "maxPool" | "batchNorm" | "dropout" }>;

function nativeLink(ops: NativeOps, link: Alone): NativeLink {
  switch (link.kind) {
    case "conv":
      return conv(ops, link);
    case "dense":
      return dense(ops, link);
    case "flatten":
      return flatten(ops, link);
    case "stock":
    case "branches":
      throw new Error(`Layer ${link.layer} has no native form.`);
  }
}
