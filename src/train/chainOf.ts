import { isNative, type Tensorflow } from "../backend";
import type { Chain } from "./chain";
import type { Link } from "./link";
import { nativeChain } from "./nativeChain";
import { NativeOps } from "./nativeOps";
import { portableChain } from "./portableChain";

/** The passes through a chain of links, native where TensorFlow is and every layer has a native form. */
export function chainOf(tf: Tensorflow, links: readonly Link[]): Chain {
  const native = isNative() && links.every(({ kind }) => kind !== "stock");
  return native ? nativeChain(new NativeOps(tf), links) : portableChain(tf, links);
}
