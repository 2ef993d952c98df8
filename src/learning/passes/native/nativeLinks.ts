import type { NativeOps } from "../../tensorflow/nativeOps";
import type { Link } from "../link";
import { batchNorm } from "./batchNorm";
import { conv, dense } from "./dense";
import { dropout } from "./dropout";
import { maxPool, reluLink } from "./maxPool";
import type { NativeLink } from "./nativeLink";
import { flatten } from "./reshape";

/** The native forms of links, each with its neighbours in mind. */
export function nativeLinks(ops: NativeOps, links: readonly Link[]): NativeLink[] {
  const leaves = (link?: Link, next?: Link) =>
    link?.kind === "relu" && next?.kind === "dropout" && next.active;
  return links.map((link, i) => {
    if (link.kind === "relu") return reluLink(ops, { left: leaves(link, links[i + 1]) });
    if (link.kind === "dropout") return dropout(ops, link, { rectifies: leaves(links[i - 1], link) });
    return nativeLink(ops, link);
  });
}

function nativeLink(ops: NativeOps, link: Exclude<Link, { kind: "relu" | "dropout" }>): NativeLink {
  switch (link.kind) {
    case "conv":
      return conv(ops, link);
    case "dense":
      return dense(ops, link);
    case "maxPool":
      return maxPool(ops, link);
    case "flatten":
      return flatten(ops, link);
    case "batchNorm":
      return batchNorm(ops, link);
    case "stock":
    case "branches":
      throw new Error(`Layer ${link.layer} has no native form.`);
  }
}
