import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { isNative, type Tensorflow } from "../backend";
import { type Id, NativeOps } from "./nativeOps";

export type OptimizerOptions = {
  /** "radam": Liu and others 2020; "adam": Kingma and Ba 2015, the same without rectification. */
  readonly kind?: "radam" | "adam";
  readonly beta1?: number;
  readonly beta2?: number;
  /** What is added to √v. */
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Decay the weights themselves, θ ← θ − η·λ·θ, instead of adding λ·θ to the gradient. */
  readonly decoupled?: boolean;
};

/** Steps taken, and the moments m and v of each variable. */
export type OptimizerState = {
  readonly steps: number;
  readonly moments: readonly (readonly [Float32Array, Float32Array])[];
};

export type Optimizer = {
  /** Changes the variables by one step along `gradients`, in the same order. */
  apply(gradients: readonly Tensor[], learningRate: number): void;
  state(): OptimizerState;
  restore(state: OptimizerState): void;
  dispose(): void;
};

/**
 * Rectified Adam for `variables`. With g the gradient (plus λθ, unless decoupled) of step t = 1, 2, …:
 *   m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  ρ∞ = 2/(1−β₂) − 1,  ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ);
 *   if ρ > 5:  θ ← θ − η r √(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε),  r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ);
 *   else:      θ ← θ − η/(1−β₁ᵗ) · m.
 * Liu and others, "On the variance of the adaptive learning rate and beyond" (2020), Algorithm 2, with ρ > 5
 * for their ρ > 4 as in PyTorch.
 */
export function radam(
  tf: Tensorflow,
  variables: readonly Variable[],
  options: OptimizerOptions = {},
): Optimizer {
  const {
    kind = "radam",
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
    decoupled = false,
  } = options;
  const fixed = { beta1, beta2, epsilon, weightDecay, decoupled };
  for (const [name, value, most] of [
    ["beta1", beta1, 1],
    ["beta2", beta2, 1],
    ["weightDecay", weightDecay, Infinity],
    ["epsilon", epsilon, Infinity],
  ] as const) {
    if (!(value >= 0 && value < most))
      throw new RangeError(`${name} must be at least 0 and below ${most}; got ${value}.`);
  }
  const slots: Slots = isNative()
    ? new NativeSlots(new NativeOps(tf), variables, fixed)
    : new PortableSlots(tf, variables, fixed);
  let steps = 0;
  return {
    apply(gradients, learningRate) {
      steps++;
      slots.apply(gradients, learningRate, stepSize(kind, steps, beta1, beta2));
    },
    state: () => ({ steps, moments: slots.read() }),
    restore(state) {
      if (state.moments.length !== variables.length) {
        throw new RangeError(
          `The stored state is for ${state.moments.length} variables, here are ${variables.length}.`,
        );
      }
      steps = state.steps;
      slots.write(state.moments);
    },
    dispose: () => slots.dispose(),
  };
}

type StepSize = { readonly factor: number; readonly adaptive: boolean };

/** What multiplies the learning rate in step t, and whether m is divided by √v + ε. */
export function stepSize(kind: "radam" | "adam", t: number, beta1: number, beta2: number): StepSize {
  const first = 1 - beta1 ** t;
  const second = 1 - beta2 ** t;
  if (kind === "adam") return { factor: Math.sqrt(second) / first, adaptive: true };
  const limit = 2 / (1 - beta2) - 1;
  const rho = limit - (2 * t * beta2 ** t) / second;
  if (rho <= 5) return { factor: 1 / first, adaptive: false };
  const rectified = Math.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho));
  return { factor: (rectified * Math.sqrt(second)) / first, adaptive: true };
}

type Fixed = Required<Omit<OptimizerOptions, "kind">>;
type Slots = {
  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void;
  read(): OptimizerState["moments"];
  write(moments: OptimizerState["moments"]): void;
  dispose(): void;
};

class PortableSlots implements Slots {
  readonly #moments: [Variable, Variable][];

  constructor(
    readonly tf: Tensorflow,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape), false));
    this.#moments = variables.map(({ shape }) => [zeros(shape), zeros(shape)]);
  }

  apply(gradients: readonly Tensor[], learningRate: number, { factor, adaptive }: StepSize): void {
    const { tf, fixed } = this;
    tf.tidy(() => {
      this.variables.forEach((variable, i) => {
        const [m, v] = this.#moments[i];
        const decay = fixed.weightDecay;
        const g = decay && !fixed.decoupled ? tf.add(gradients[i], tf.mul(variable, decay)) : gradients[i];
        m.assign(tf.add(tf.mul(m, fixed.beta1), tf.mul(g, 1 - fixed.beta1)));
        v.assign(tf.add(tf.mul(v, fixed.beta2), tf.mul(tf.square(g), 1 - fixed.beta2)));
        const start = decay && fixed.decoupled ? tf.mul(variable, 1 - learningRate * decay) : variable;
        const direction = adaptive ? tf.div(m, tf.add(tf.sqrt(v), fixed.epsilon)) : m;
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
        pair.forEach((slot, k) => {
          slot.assign(this.tf.tensor(moments[i][k], slot.shape));
        });
      });
    });
  }

  dispose(): void {
    for (const slot of this.#moments.flat()) slot.dispose();
  }
}

let made = 0;

/** Moments in resource variables of TensorFlow, which its fused kernel updates in one pass over memory. */
class NativeSlots implements Slots {
  readonly #resources: { value: Id; m: Id; v: Id }[];

  constructor(
    readonly ops: NativeOps,
    readonly variables: readonly Variable[],
    readonly fixed: Fixed,
  ) {
    this.#resources = variables.map(({ shape }) => ({
      value: this.#resource(shape),
      m: this.#resource(shape),
      v: this.#resource(shape),
    }));
    this.write(variables.map(({ size }) => [new Float32Array(size), new Float32Array(size)]));
  }

  #resource(shape: readonly number[]): Id {
    const { ops } = this;
    const name = ops.text("shared_name", `optimizer-slot-${++made}`);
    return ops.keep(
      ops.run(
        "VarHandleOp",
        [ops.text("container", ""), name, ops.type("dtype", "float32"), ops.shape("shape", shape)],
        [],
      ),
    );
  }

  #set(resource: Id, value: Id): void {
    this.ops.runMany("AssignVariableOp", [this.ops.type("dtype", "float32")], [resource, value], 0);
  }

  #get(resource: Id): Id {
    return this.ops.run("ReadVariableOp", [this.ops.type("dtype", "float32")], [resource]);
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
        this.#set(value, start);
        ops.runMany("ResourceApplyAdam", fused, [value, m, v, ...settings, gradient], 0);
        ops.assign(variable, this.#get(value));
      });
    } finally {
      ops.sweep();
    }
  }

  read() {
    const copy = (resource: Id) => this.ops.read(this.#get(resource)).slice() as Float32Array;
    const moments = this.#resources.map(({ m, v }) => [copy(m), copy(v)] as [Float32Array, Float32Array]);
    this.ops.sweep();
    return moments;
  }

  write(moments: OptimizerState["moments"]): void {
    this.variables.forEach(({ shape }, i) => {
      this.#set(this.#resources[i].m, this.ops.upload(moments[i][0], shape));
      this.#set(this.#resources[i].v, this.ops.upload(moments[i][1], shape));
    });
    this.ops.sweep();
  }

  dispose(): void {
    for (const { value, m, v } of this.#resources) {
      for (const id of [value, m, v]) {
        this.ops.runMany("DestroyResourceOp", [this.ops.flag("ignore_lookup_error", true)], [id], 0);
        this.ops.delete(id);
      }
    }
    this.#resources.length = 0;
    this.ops.dispose();
  }
}
