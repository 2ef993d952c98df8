/** The error that ends a cell when the reader stops it. */
export class Interruption extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was stopped");
  }
}

/** Whether a stopped cell throws this: our own error, Node's for a stopped script, or tslab's for a stopped promise. */
export function isInterruption(thrown: unknown): boolean {
  try {
    return (
      thrown instanceof Interruption ||
      (thrown instanceof Error &&
        ((thrown as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
          thrown.message === "Interrupted asynchronously"))
    );
  } catch {
    // A value that cannot even be read is none of the three.
    return false;
  }
}
