import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { epsilonOf, type Fixed, type Moments, type OptimizerState } from "./moments";
import type { StepSize } from "./stepSize";

/** Moments in variables of TensorFlow.js, for any back end. */
export class PortableMoments implements Moments {
  readonly #moments: [Variable, Variable][];

  constructor(
    readonly tf: Tensorflow,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape), false));
    this.#moments = variables.map(({ shape }) => [zeros(shape), zeros(shape)]);
  }

  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void {
    const { tf, fixed } = this;
    const { factor, adaptive } = size;
    const epsilon = epsilonOf(fixed, size);
    tf.tidy(() => {
      this.variables.forEach((variable, i) => {
        const [m, v] = this.#moments[i];
        const decay = fixed.weightDecay;
        const g = decay && !fixed.decoupled ? tf.add(gradients[i], tf.mul(variable, decay)) : gradients[i];
        m.assign(tf.add(tf.mul(m, fixed.beta1), tf.mul(g, 1 - fixed.beta1)));
        v.assign(tf.add(tf.mul(v, fixed.beta2), tf.mul(tf.square(g), 1 - fixed.beta2)));
        const start = decay && fixed.decoupled ? tf.mul(variable, 1 - learningRate * decay) : variable;
        const direction = adaptive ? tf.div(m, tf.add(tf.sqrt(v), epsilon)) : m;
        variable.assign(tf.sub(start, tf.mul(direction, learningRate * factor)));
      });
    });
  }

  read() {
    return this.#moments.map(
      ([m, v]) => [m.dataSync().slice(), v.dataSync().slice()] as [Float32Array, Float32Array],
    );
  }

  write(moments: OptimizerState["moments"]): void {
    this.tf.tidy(() => {
      this.#moments.forEach((pair, i) => {
        pair.forEach((moment, k) => {
          moment.assign(this.tf.tensor(moments[i][k], moment.shape));
        });
      });
    });
  }

  dispose(): void {
    for (const moment of this.#moments.flat()) moment.dispose();
  }
}
