/** The names of `chooseTensorflow.ts` in their form for a browser, which has TensorFlow.js in pure JavaScript alone. */
import { needsNode } from "../../common/platform.browser";
import type * as Node from "./chooseTensorflow";

export const loadDataFrames: typeof Node.loadDataFrames = () =>
  needsNode("dataFrames()", "take rows as objects, which table and tableDataset read, too");

export const chooseTensorflow: typeof Node.chooseTensorflow = async () => {
  // By its own name, so that a bundler takes the package in.
  const tf = (await import("@tensorflow/tfjs")) as unknown as Node.Tensorflow;
  // What WebGL computes depends on the graphics card, and is not float32 on all of them.
  await tf.setBackend("cpu");
  await tf.ready();
  return {
    tf,
    info: {
      backend: "javascript",
      tfjs: tf.version["tfjs-core"],
      node: navigator.userAgent,
      threads: 1,
      oneDNN: false,
      reason: "a browser has no native addon",
    },
  };
};
