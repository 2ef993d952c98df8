import type { Tensorflow } from "../tensorflow/tensorflow";
import { initialSeed } from "./initialSeed";

/** For each layer of a network that is seeded, the option by which its kernel is drawn: He's uniform distribution. */
export const initialKernels = (tf: Tensorflow, seed: number) => (layer: number) => ({
  kernelInitializer: tf.initializers.heUniform({ seed: initialSeed(seed, layer) }),
});
