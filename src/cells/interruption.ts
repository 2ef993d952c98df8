/** What ends a cell that the reader stopped. */
export class Interruption extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was stopped");
  }
}

/** Whether this is what a stopped cell throws: our own word, Node's for a stopped script, tslab's for a stopped promise. */
export function isInterruption(thrown: unknown): boolean {
  try {
    return (
      thrown instanceof Interruption ||
      (thrown instanceof Error &&
        ((thrown as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
          thrown.message === "Interrupted asynchronously"))
    );
  } catch {
    // A value that cannot even be asked is none of the three.
    return false;
  }
}
