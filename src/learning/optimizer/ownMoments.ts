import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "../tensorflow/nativeOps";
import { epsilonOf, type Fixed, type Moments, type OptimizerState } from "./moments";
import { HUGE } from "./nativeMoments";
import type { StepSize } from "./stepSize";

/** Moments in tensors that one operation of our own writes to in place: a whole step, decay included, in one call. */
export class OwnMoments implements Moments {
  #means: Id[] = [];
  #squares: Id[] = [];

  constructor(
    readonly ops: NativeOps,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    this.write(variables.map(({ size }) => [new Float32Array(size), new Float32Array(size)]));
  }

  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void {
    const { ops, variables, fixed } = this;
    if (variables.length === 0) return;
    const { factor, adaptive } = size;
    const { weightDecay } = fixed;
    const shrinks = fixed.decoupled && weightDecay > 0;
    const settings = Float32Array.of(
      learningRate * factor * (adaptive ? 1 : HUGE),
      fixed.beta1,
      fixed.beta2,
      adaptive ? epsilonOf(fixed, size) : HUGE,
      shrinks ? 1 - learningRate * weightDecay : weightDecay,
      shrinks ? 1 : 0,
    );
    try {
      const ids = [...variables, ...gradients].map((tensor) => ops.idOf(tensor));
      const inputs = [...ids, ...this.#means, ...this.#squares, ops.upload(settings)];
      const attributes = [ops.integers("N", variables.length)];
      const next = ops.runMany("IntrinsicRadam", attributes, inputs, variables.length);
      for (const [i, variable] of variables.entries()) ops.assign(variable, next[i]);
    } finally {
      ops.sweep();
    }
  }

  read() {
    const copy = (id: Id) => (this.ops.read(id) as Float32Array).slice();
    return this.#means.map((id, i) => [copy(id), copy(this.#squares[i])] as [Float32Array, Float32Array]);
  }

  write(moments: OptimizerState["moments"]): void {
    this.#delete();
    // Copies, as TensorFlow may take the memory of an array for its tensor.
    const own = (which: 0 | 1) =>
      moments.map((pair, i) => this.ops.keep(this.ops.upload(pair[which].slice(), this.variables[i].shape)));
    this.#means = own(0);
    this.#squares = own(1);
  }

  #delete(): void {
    for (const id of [...this.#means, ...this.#squares]) this.ops.delete(id);
    this.#means = this.#squares = [];
  }

  dispose(): void {
    this.#delete();
    this.ops.dispose();
  }
}
