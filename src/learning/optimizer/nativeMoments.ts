import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "../tensorflow/nativeOps";
import { epsilonOf, type Fixed, type Moments, type OptimizerState } from "./moments";
import type { StepSize } from "./stepSize";

/** Added to it, every √v vanishes in float32, so that m/(√v + ε) becomes m/ε. */
export const HUGE = 1e15;

/** Variables that are updated together, the index of each in the list of all, and what is kept for them. */
type Group = {
  readonly variables: readonly Variable[];
  readonly indices: readonly number[];
  readonly shape: readonly number[];
  readonly value: Id;
  readonly m: Id;
  readonly v: Id;
};

/**
 * Moments in resource variables of TensorFlow, which its fused kernel updates in one pass over memory. Vectors, such as
 * biases and scales, are joined into one: there are many, and a call for each costs more than the arithmetic.
 */
export class NativeMoments implements Moments {
  readonly #groups: Group[];

  constructor(
    readonly ops: NativeOps,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    const indices = variables.map((_, i) => i);
    const vectors = indices.filter((i) => variables[i].rank === 1);
    const others = indices.filter((i) => variables[i].rank !== 1).map((i) => [i]);
    this.#groups = (vectors.length > 0 ? [...others, vectors] : others).map((indices) => {
      const own = indices.map((i) => variables[i]);
      const shape = own.length === 1 ? own[0].shape : [own.reduce((sum, { size }) => sum + size, 0)];
      const [value, m, v] = [1, 2, 3].map(() => ops.resource(shape));
      return { variables: own, indices, shape, value, m, v };
    });
    this.write(variables.map(({ size }) => [new Float32Array(size), new Float32Array(size)]));
  }

  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void {
    const { ops, fixed } = this;
    const { factor, adaptive } = size;
    const float = [ops.type("T", "float32")];
    const fused = [...float, ops.flag("use_locking", false), ops.flag("use_nesterov", false)];
    const rate = ops.upload(Float32Array.of(learningRate * factor * (adaptive ? 1 : HUGE)), []);
    const epsilon = ops.upload(Float32Array.of(adaptive ? epsilonOf(fixed, size) : HUGE), []);
    const settings = [
      ops.scalar(0),
      ops.scalar(0),
      rate,
      ops.scalar(fixed.beta1),
      ops.scalar(fixed.beta2),
      epsilon,
    ];
    try {
      for (const { variables, indices, value, m, v } of this.#groups) {
        let start = ops.joined(variables.map((variable) => ops.idOf(variable)));
        let gradient = ops.joined(indices.map((i) => ops.idOf(gradients[i])));
        if (fixed.weightDecay && fixed.decoupled) {
          const shrink = ops.upload(Float32Array.of(1 - learningRate * fixed.weightDecay), []);
          start = ops.run("Mul", float, [start, shrink]);
        } else if (fixed.weightDecay) {
          const pull = ops.run("Mul", float, [start, ops.scalar(fixed.weightDecay)]);
          gradient = ops.run("AddV2", float, [gradient, pull]);
        }
        ops.setResource(value, start);
        // As long as a variable also holds the memory, the kernel copies it before writing.
        if (variables.length === 1) ops.release(variables[0]);
        try {
          ops.runMany("ResourceApplyAdam", fused, [value, m, v, ...settings, gradient], 0);
        } finally {
          const sizes = variables.map(({ size }) => size);
          const parts = ops.parted(ops.readResource(value), sizes);
          for (const [i, variable] of variables.entries()) ops.assign(variable, parts[i]);
        }
      }
    } finally {
      ops.sweep();
    }
  }

  read() {
    const moments = new Array<[Float32Array, Float32Array]>(this.variables.length);
    for (const { variables, indices, m, v } of this.#groups) {
      const [means, squares] = [m, v].map((resource) => this.ops.read(this.ops.readResource(resource)));
      let from = 0;
      variables.forEach(({ size }, i) => {
        const copy = (all: Float32Array) => all.slice(from, from + size);
        moments[indices[i]] = [copy(means as Float32Array), copy(squares as Float32Array)];
        from += size;
      });
    }
    this.ops.sweep();
    return moments;
  }

  write(moments: OptimizerState["moments"]): void {
    for (const { indices, shape, m, v } of this.#groups) {
      [m, v].forEach((resource, which) => {
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
        let from = 0;
        for (const i of indices) {
          values.set(moments[i][which], from);
          from += moments[i][which].length;
        }
        this.ops.setResource(resource, this.ops.upload(values, shape));
      });
    }
    this.ops.sweep();
  }

  dispose(): void {
    for (const { value, m, v } of this.#groups) for (const id of [value, m, v]) this.ops.destroy(id);
    this.#groups.length = 0;
    this.ops.dispose();
  }
}
