/** TensorFlow.js without what a page has no use for: its loaders of data and models, and WebGL. Stands for the package. */
import "@tensorflow/tfjs-backend-cpu";
import { version_core } from "@tensorflow/tfjs-core";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
export const version = { "tfjs-core": version_core };
