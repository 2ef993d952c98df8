import { NativeOps } from "../tensorflow/nativeOps";
import { isNative, type Tensorflow } from "../tensorflow/tensorflow";
import type { Link } from "./link";
import { mixedPasses } from "./mixedPasses";
import { nativePasses } from "./native/nativePasses";
import type { Passes } from "./passes";
import { portablePasses } from "./portablePasses";

/** The passes through a chain of links. If TensorFlow is native, so are the links that have a native form. */
export function passesOf(tf: Tensorflow, links: readonly Link[]): Passes {
  if (!isNative()) return portablePasses(tf, links);
  const ops = new NativeOps(tf);
  const all = links.every(({ kind }) => kind !== "stock" && kind !== "branches");
  return all ? nativePasses(ops, links) : mixedPasses(tf, ops, links);
}
