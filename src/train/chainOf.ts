import { isNative, type Tensorflow } from "../backend";
import type { Chain } from "./chain";
import type { Link } from "./link";
import { nativeChain } from "./nativeChain";
import { NativeOps } from "./nativeOps";
import { portableChain } from "./portableChain";

/** The passes through a chain of links, native where TensorFlow is. */
export function chainOf(tf: Tensorflow, links: readonly Link[]): Chain {
  return isNative() ? nativeChain(new NativeOps(tf), links) : portableChain(tf, links);
}
