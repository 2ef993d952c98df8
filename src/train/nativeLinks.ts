import type { Link } from "./link";
import { conv, dense } from "./nativeAffine";
import { batchNorm } from "./nativeBatchNorm";
import { dropout } from "./nativeDropout";
import type { NativeLink } from "./nativeLink";
import { maxPool, relu } from "./nativeMaxima";
import type { NativeOps } from "./nativeOps";
import { flatten } from "./nativeReshape";

/** The native form of a link. */
export function nativeLink(ops: NativeOps, link: Link): NativeLink {
  switch (link.kind) {
    case "conv":
      return conv(ops, link);
    case "dense":
      return dense(ops, link);
    case "relu":
      return relu(ops);
    case "maxPool":
      return maxPool(ops, link);
    case "flatten":
      return flatten(ops, link);
    case "dropout":
      return dropout(ops, link);
    case "batchNorm":
      return batchNorm(ops, link);
    case "stock":
      throw new Error(`Layer ${link.layer} has no native form.`);
  }
}
