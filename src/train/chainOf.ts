import { isNative, type Tensorflow } from "../backend";
import type { Chain } from "./chain";
import type { Link } from "./link";
import { nativeChain } from "./nativeChain";
import { NativeOps } from "./nativeOps";
import { portableChain } from "./portableChain";

/**
 * The passes through a chain of links, native where TensorFlow is and every layer has a native form. Native drop-out
 * draws other numbers than TensorFlow.js: a part of a model that drops out does it as the `whole` would.
 */
export function chainOf(tf: Tensorflow, links: readonly Link[], whole = links): Chain {
  const deciding = links.some(({ kind }) => kind === "dropout") ? whole : links;
  const native = isNative() && deciding.every(({ kind }) => kind !== "stock");
  return native ? nativeChain(new NativeOps(tf), links) : portableChain(tf, links);
}
