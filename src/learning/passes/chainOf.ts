import { NativeOps } from "../tensorflow/nativeOps";
import { isNative, type Tensorflow } from "../tensorflow/tensorflow";
import type { Chain } from "./chain";
import type { Link } from "./link";
import { mixedChain } from "./mixedChain";
import { nativeChain } from "./native/nativeChain";
import { portableChain } from "./portableChain";

/** The passes through a chain of links, native where TensorFlow is, as far as its links have a native form. */
export function chainOf(tf: Tensorflow, links: readonly Link[]): Chain {
  if (!isNative()) return portableChain(tf, links);
  const ops = new NativeOps(tf);
  const all = links.every(({ kind }) => kind !== "stock" && kind !== "branches");
  return all ? nativeChain(ops, links) : mixedChain(tf, ops, links);
}
