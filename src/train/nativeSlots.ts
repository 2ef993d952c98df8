import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Id, NativeOps } from "./nativeOps";
import type { Fixed, OptimizerState, Slots } from "./optimizerSlots";
import type { StepSize } from "./stepSize";

/** Moments in resource variables of TensorFlow, which its fused kernel updates in one pass over memory. */
export class NativeSlots implements Slots {
  readonly #resources: { value: Id; m: Id; v: Id }[];

  constructor(
    readonly ops: NativeOps,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    this.#resources = variables.map(({ shape }) => ({
      value: ops.resource(shape),
      m: ops.resource(shape),
      v: ops.resource(shape),
    }));
    this.write(variables.map(({ size }) => [new Float32Array(size), new Float32Array(size)]));
  }

  apply(gradients: readonly Tensor[], learningRate: number, { factor, adaptive }: StepSize): void {
    const { ops, fixed } = this;
    const float = [ops.type("T", "float32")];
    const fused = [...float, ops.flag("use_locking", false), ops.flag("use_nesterov", false)];
    // Beside 1e15 every √v vanishes in float32, so that the kernel's m/(√v + ε) becomes m/ε.
    const huge = 1e15;
    const rate = ops.upload(Float32Array.of(learningRate * factor * (adaptive ? 1 : huge)), []);
    const epsilon = ops.scalar(adaptive ? fixed.epsilon : huge);
    const settings = [
      ops.scalar(0),
      ops.scalar(0),
      rate,
      ops.scalar(fixed.beta1),
      ops.scalar(fixed.beta2),
      epsilon,
    ];
    try {
      this.variables.forEach((variable, i) => {
        const { value, m, v } = this.#resources[i];
        let start = ops.idOf(variable);
        let gradient = ops.idOf(gradients[i]);
        if (fixed.weightDecay && fixed.decoupled) {
          const shrink = ops.upload(Float32Array.of(1 - learningRate * fixed.weightDecay), []);
          start = ops.run("Mul", float, [start, shrink]);
        } else if (fixed.weightDecay) {
          const pull = ops.run("Mul", float, [start, ops.scalar(fixed.weightDecay)]);
          gradient = ops.run("AddV2", float, [gradient, pull]);
        }
        ops.setResource(value, start);
        // While the variable holds its memory too, the kernel copies it before writing.
        ops.release(variable);
        try {
          ops.runMany("ResourceApplyAdam", fused, [value, m, v, ...settings, gradient], 0);
        } finally {
          ops.assign(variable, ops.readResource(value));
        }
      });
    } finally {
      ops.sweep();
    }
  }

  read() {
    const copy = (resource: Id) => this.ops.read(this.ops.readResource(resource)).slice() as Float32Array;
    const moments = this.#resources.map(({ m, v }) => [copy(m), copy(v)] as [Float32Array, Float32Array]);
    this.ops.sweep();
    return moments;
  }

  write(moments: OptimizerState["moments"]): void {
    this.variables.forEach(({ shape }, i) => {
      this.ops.setResource(this.#resources[i].m, this.ops.upload(moments[i][0], shape));
      this.ops.setResource(this.#resources[i].v, this.ops.upload(moments[i][1], shape));
    });
    this.ops.sweep();
  }

  dispose(): void {
    for (const { value, m, v } of this.#resources) for (const id of [value, m, v]) this.ops.destroy(id);
    this.#resources.length = 0;
    this.ops.dispose();
  }
}
