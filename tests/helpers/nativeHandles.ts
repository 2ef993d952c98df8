import type { Tensorflow } from "../../src/learning";

type Binding = Record<string, (...args: unknown[]) => unknown>;

/**
 * What `action` made and freed in TensorFlow itself, where tf.memory() does not look: handles of tensors, and
 * resource variables. Handles are numbered upwards for ever, so counting needs both ends.
 */
export async function nativeHandles(tf: Tensorflow, action: () => unknown) {
  const backend = tf.backend() as unknown as { binding: Binding };
  const { binding } = backend;
  const handles = { made: 0, freed: 0 };
  const resources = { made: 0, freed: 0 };
  backend.binding = Object.create(binding, {
    executeOp: {
      value: (name: string, ...rest: unknown[]) => {
        const outputs = binding.executeOp(name, ...rest) as unknown[];
        handles.made += outputs.length;
        if (name === "VarHandleOp") resources.made++;
        if (name === "DestroyResourceOp") resources.freed++;
        return outputs;
      },
    },
    createTensor: { value: (...args: unknown[]) => ++handles.made && binding.createTensor(...args) },
    deleteTensor: { value: (...args: unknown[]) => ++handles.freed && binding.deleteTensor(...args) },
  });
  try {
    await action();
  } finally {
    backend.binding = binding;
  }
  return { handles, resources };
}
