/** TensorFlow for the whole project: the native one, or pure JavaScript in a browser and where the addon is missing. */
import {
  type BackendInfo,
  chooseTensorflow,
  type DataFrames,
  type Loaded,
  loadDataFrames,
  type Tensorflow,
} from "./chooseTensorflow";

export type { BackendInfo, DataFrames, Tensorflow };

let loading: Promise<Loaded> | undefined;
let loaded: Loaded | undefined;

/**
 * The TensorFlow namespace, native where the addon loads, else in pure JavaScript with one warning; loaded at the first
 * call. A browser always has pure JavaScript. INTRINSIC_PARAMS_BACKEND=javascript asks for the fall-back,
 * INTRINSIC_PARAMS_THREADS=n limits the cores.
 */
export async function tensorflow(): Promise<Tensorflow> {
  return (await ready()).tf;
}

/** Which TensorFlow computes here, with its versions and threads: what a stored result has to name. */
export async function backendInfo(): Promise<BackendInfo> {
  return (await ready()).info;
}

/**
 * danfo.js on the same TensorFlow as everything else; loaded at the first call (about two seconds). Mind that danfo 1.2.0
 * reckons with whole frames in float32, with a column in float64, and that its `groupby` and `merge` on two columns take
 * ("a-b", "c") and ("a", "b-c") for the same: group by one column, and reckon with columns.
 */
export async function dataFrames(): Promise<DataFrames> {
  await ready();
  return loadDataFrames();
}

/** The namespace for code that cannot wait, such as a layer's `call`; throws before `await tensorflow()`. */
export function loadedTensorflow(): Tensorflow {
  if (!loaded) throw new Error("TensorFlow is not loaded yet: await tensorflow() first.");
  return loaded.tf;
}

/** The namespace, or undefined where TensorFlow is not loaded yet. */
export function tensorflowIfLoaded(): Tensorflow | undefined {
  return loaded?.tf;
}

/** Whether native operations can be called by name; false in the fall-back and before TensorFlow is loaded. */
export function isNative(): boolean {
  return loaded?.info.backend === "tensorflow";
}

function ready(): Promise<Loaded> {
  loading ??= Promise.resolve()
    .then(chooseTensorflow)
    .then((chosen) => {
      loaded = chosen;
      return chosen;
    })
    .catch((error) => {
      // A failed start may be repeated, say after the set-up has been run.
      loading = undefined;
      throw error;
    });
  return loading;
}
