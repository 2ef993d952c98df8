import type { NativeOps } from "../tensorflow/nativeOps";
import type { Rows } from "./rows";

/** Entries in a resource variable, written in place: there are never two copies of all of them. */
export function nativeRows(ops: NativeOps, count: number, row: readonly number[]): Rows {
  const shape = [count, ...row];
  const resource = ops.resource(shape);
  ops.setResource(resource, ops.fill(0, shape));
  // The tensor of zeros shares the variable's memory; once it is freed, the variable is written in place.
  ops.sweep();

  // Along all axes but the first: everything.
  const others = 2 ** shape.length - 2;
  const assign = [
    ops.type("T", "float32"),
    ops.type("Index", "int32"),
    ops.integers("begin_mask", others),
    ops.integers("end_mask", others),
    ...["ellipsis_mask", "new_axis_mask", "shrink_axis_mask"].map((name) => ops.integers(name, 0)),
  ];
  const gather = [
    ops.type("dtype", "float32"),
    ops.type("Tindices", "int32"),
    ops.flag("validate_indices", true),
    ops.integers("batch_dims", 0),
  ];
  let seen = 0;
  return {
    append(part) {
      const edge = (at: number) => ops.upload(Int32Array.from(shape, (_, axis) => (axis === 0 ? at : 0)));
      const end = seen + part.shape[0];
      try {
        const strides = ops.upload(new Int32Array(shape.length).fill(1));
        const inputs = [resource, edge(seen), edge(end), strides, ops.idOf(part)];
        ops.runMany("ResourceStridedSliceAssign", assign, inputs, 0);
        seen = end;
      } finally {
        ops.sweep();
        part.dispose();
      }
    },
    take(indices) {
      try {
        const taken = ops.run("ResourceGather", gather, [resource, ops.upload(indices)]);
        return ops.adopt(taken, [indices.length, ...row]);
      } finally {
        ops.sweep();
      }
    },
    dispose() {
      ops.destroy(resource);
      ops.dispose();
    },
  };
}
