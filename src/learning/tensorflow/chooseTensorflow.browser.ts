/** What `chooseTensorflow.ts` exports, for a browser: there TensorFlow.js runs in pure JavaScript only. */
import { needsNode } from "../../common/platform.browser";
import type * as Node from "./chooseTensorflow";

export const loadDataFrames: typeof Node.loadDataFrames = () =>
  needsNode("dataFrames()", "take rows as objects, which table and tableDataset read, too");

export const chooseTensorflow: typeof Node.chooseTensorflow = async () => {
  // Imported by a literal name, so that a bundler includes the package.
  const tf = (await import("@tensorflow/tfjs")) as unknown as Node.Tensorflow;
  // WebGL's results depend on the graphics card; not every card computes in float32. A page may have chosen WebAssembly.
  await tf.setBackend(tf.engine().backendName ?? "cpu");
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
