import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "./tensorflow";

/** The handle of a native tensor, outside of TensorFlow.js's own book-keeping. */
export type Id = number;
type Output = { id: Id; shape: number[]; dtype: number };
export type Attribute = { name: string; type: number; value: unknown };
type Binding = {
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly Id[], outputs: number): Output[];
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): Id;
  deleteTensor(id: Id): void;
  tensorDataSync(id: Id): Float32Array | Int32Array;
} & Record<
  | "TF_FLOAT"
  | "TF_INT32"
  | "TF_INT64"
  | "TF_BOOL"
  | "TF_ATTR_TYPE"
  | "TF_ATTR_BOOL"
  | "TF_ATTR_INT"
  | "TF_ATTR_FLOAT"
  | "TF_ATTR_STRING"
  | "TF_ATTR_SHAPE",
  number
>;
/** What TensorFlow.js keeps of a tensor: its handle, or values not yet given to TensorFlow; how many tensors share it. */
type Entry = { id: Id; values: unknown; refCount: number };
type NativeBackend = {
  binding: Binding;
  getInputTensorIds(tensors: readonly Tensor[]): Id[];
  tensorMap: { get(dataId: object): Entry };
  createOutputTensor(output: Output): Tensor;
};

/** Numbers their names: resource variables with equal names would be one variable. */
let resources = 0;

/** What TensorFlow.js writes in place of a handle where there is none. */
const RELEASED = -1;

/**
 * Calls TensorFlow's operations by name, past TensorFlow.js and its tape, copies and checks, which take most of the
 * time in small steps. What `run` gives lives until the next `sweep`; constants live until `dispose`.
 */
export class NativeOps {
  readonly #backend: NativeBackend;
  readonly #constants = new Map<string, Id>();
  readonly #known = new Map<string, boolean>();
  #scope: Id[] = [];

  /** Whether this TensorFlow has this project's own operations, which the set-up compiles (scripts/native/operations). */
  readonly hasOwn: boolean;

  /** Without `own`, TensorFlow's operations are called even where ours do the same in less time. */
  constructor(
    readonly tf: Tensorflow,
    { own = true } = {},
  ) {
    this.#backend = tf.backend() as unknown as NativeBackend;
    const settings = [this.float("below", 0), this.float("scale", 1)];
    const flags = [this.flag("rectifies", false), this.flag("pools", false)];
    const attempt = () => {
      const inputs = [this.upload(new Float32Array(1)), this.uploadLong(new Int32Array(4))];
      this.runMany("IntrinsicDropout", [...settings, ...flags], inputs, 2);
    };
    this.hasOwn = own && this.knows("IntrinsicDropout", attempt);
  }

  get #binding(): Binding {
    return this.#backend.binding;
  }

  /** The one output of an operation. */
  run(name: string, attributes: readonly Attribute[], inputs: readonly Id[]): Id {
    return this.runMany(name, attributes, inputs, 1)[0];
  }

  runMany(name: string, attributes: readonly Attribute[], inputs: readonly Id[], outputs: number): Id[] {
    return this.#binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => {
      this.#scope.push(id);
      return id;
    });
  }

  /** Another handle of the same values: each of the two can be freed without the other. */
  shared(id: Id): Id {
    return this.run("Identity", [this.type("T", "float32")], [id]);
  }

  /** A resource variable of float32, which lives until `destroy`. */
  resource(shape: readonly number[]): Id {
    const attributes = [
      this.text("container", ""),
      this.text("shared_name", `intrinsic-params-${++resources}`),
      this.type("dtype", "float32"),
      this.shape("shape", shape),
    ];
    return this.keep(this.run("VarHandleOp", attributes, []));
  }

  setResource(resource: Id, value: Id): void {
    this.runMany("AssignVariableOp", [this.type("dtype", "float32")], [resource, value], 0);
  }

  readResource(resource: Id): Id {
    return this.run("ReadVariableOp", [this.type("dtype", "float32")], [resource]);
  }

  destroy(resource: Id): void {
    this.runMany("DestroyResourceOp", [this.flag("ignore_lookup_error", true)], [resource], 0);
    this.delete(resource);
  }

  /** Vectors of float32, concatenated; a single tensor, of any shape, stays as it is. */
  joined(parts: readonly Id[]): Id {
    if (parts.length === 1) return parts[0];
    const attributes = [
      this.integers("N", parts.length),
      this.type("T", "float32"),
      this.type("Tidx", "int32"),
    ];
    return this.run("ConcatV2", attributes, [...parts, this.constant([0], "int32", [])]);
  }

  /** A vector of float32, split into parts of these sizes; for one size, a tensor of any shape, as it is. */
  parted(whole: Id, sizes: readonly number[]): Id[] {
    if (sizes.length === 1) return [whole];
    const attributes = [
      this.type("T", "float32"),
      this.type("Tlen", "int32"),
      this.integers("num_split", sizes.length),
    ];
    const inputs = [whole, this.constant(sizes, "int32"), this.constant([0], "int32", [])];
    return this.runMany("SplitV", attributes, inputs, sizes.length);
  }

  /** Whether this TensorFlow knows the operation that `attempt` runs: not every build has those of oneDNN. */
  knows(name: string, attempt: () => void): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    let knows = true;
    try {
      attempt();
    } catch (error) {
      // 5 is TF_NOT_FOUND: no such operation, or no kernel for it.
      if (!/TF_Status: 5\b/.test((error as Error).message)) throw error;
      knows = false;
    } finally {
      this.sweep();
    }
    this.#known.set(name, knows);
    return knows;
  }

  /** The handle of a tensor of TensorFlow.js; the tensor still owns it. */
  idOf(tensor: Tensor): Id {
    return this.#backend.getInputTensorIds([tensor])[0];
  }

  /** A float tensor of TensorFlow.js for a handle; from now on the tensor owns the handle. */
  adopt(id: Id, shape: readonly number[]): Tensor {
    return this.#backend.createOutputTensor({
      id: this.keep(id),
      shape: [...shape],
      dtype: this.#binding.TF_FLOAT,
    });
  }

  /** Gives a variable the value of a handle, without a copy. */
  assign(variable: Variable, id: Id): void {
    const entry = this.#own(variable);
    if (entry) {
      if (entry.id !== RELEASED) this.delete(entry.id);
      entry.id = this.keep(id);
      return;
    }
    const value = this.adopt(id, variable.shape);
    variable.assign(value);
    value.dispose();
  }

  /**
   * Lets go of a variable's memory unless another tensor shares it, so that an operation that also holds this memory
   * may write into it; `assign` has to follow.
   */
  release(variable: Variable): void {
    const entry = this.#own(variable);
    if (!entry) return;
    this.delete(entry.id);
    entry.id = RELEASED;
  }

  #own({ dataId }: Variable): Entry | undefined {
    const entry = this.#backend.tensorMap.get(dataId);
    return entry.refCount === 1 && !entry.values ? entry : undefined;
  }

  read(id: Id): Float32Array | Int32Array {
    return this.#binding.tensorDataSync(id);
  }

  /** A new tensor that lives until the next sweep. */
  upload(values: Float32Array | Int32Array, shape: readonly number[] = [values.length]): Id {
    const id = this.#create(values, shape);
    this.#scope.push(id);
    return id;
  }

  /** A new tensor of int64 that lives until the next sweep; `words` are the low and the high 32 bits of each number. */
  uploadLong(words: Int32Array): Id {
    const id = this.#binding.createTensor([words.length / 2], this.#binding.TF_INT64, words);
    this.#scope.push(id);
    return id;
  }

  /** A new tensor of float32 with one value everywhere, which lives until the next sweep. */
  fill(value: number, shape: readonly number[]): Id {
    const attributes = [this.type("T", "float32"), this.type("index_type", "int32")];
    return this.run("Fill", attributes, [this.constant(shape, "int32"), this.scalar(value)]);
  }

  /** A tensor made once for equal arguments. */
  constant(
    values: readonly number[],
    dtype: "float32" | "int32",
    shape: readonly number[] = [values.length],
  ): Id {
    const key = `${dtype}:${shape}:${values}`;
    let id = this.#constants.get(key);
    if (id === undefined) {
      id = this.#create(dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values), shape);
      this.#constants.set(key, id);
    }
    return id;
  }

  #create(values: Float32Array | Int32Array, shape: readonly number[]): Id {
    const { TF_FLOAT, TF_INT32 } = this.#binding;
    return this.#binding.createTensor(shape, values instanceof Float32Array ? TF_FLOAT : TF_INT32, values);
  }

  /** Like `fill`, but made once for equal arguments. */
  filled(value: number, shape: readonly number[]): Id {
    const key = `filled:${shape}:${value}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const id = this.keep(this.fill(value, shape));
    this.#constants.set(key, id);
    return id;
  }

  scalar(value: number): Id {
    return this.constant([value], "float32", []);
  }

  /** Frees everything made since the last sweep. */
  sweep(): void {
    const ids = this.#scope;
    this.#scope = [];
    for (const id of ids) this.#binding.deleteTensor(id);
  }

  /** Takes a handle out of the sweep; the caller deletes it. */
  keep(id: Id): Id {
    const at = this.#scope.lastIndexOf(id);
    if (at < 0) throw new Error(`Native tensor ${id} is not in scope.`);
    this.#scope.splice(at, 1);
    return id;
  }

  delete(id: Id): void {
    this.#binding.deleteTensor(id);
  }

  dispose(): void {
    this.sweep();
    for (const id of this.#constants.values()) this.#binding.deleteTensor(id);
    this.#constants.clear();
  }

  type(name: string, dtype: "float32" | "int32" | "int64"): Attribute {
    const { TF_FLOAT, TF_INT32, TF_INT64, TF_ATTR_TYPE } = this.#binding;
    return {
      name,
      type: TF_ATTR_TYPE,
      value: { float32: TF_FLOAT, int32: TF_INT32, int64: TF_INT64 }[dtype],
    };
  }
  /** The attribute that marks a call of one of oneDNN's own operations, whose names begin with _MklNative. */
  oneDNN(): Attribute[] {
    return [this.text("_kernel", "MklNameChangeOp")];
  }
  flag(name: string, value: boolean): Attribute {
    return { name, type: this.#binding.TF_ATTR_BOOL, value };
  }
  integers(name: string, value: number | readonly number[]): Attribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }
  float(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_FLOAT, value };
  }
  text(name: string, value: string): Attribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }
  shape(name: string, value: readonly number[]): Attribute {
    return { name, type: this.#binding.TF_ATTR_SHAPE, value };
  }
}
