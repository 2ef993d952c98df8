/** The error of a cell that the compiler cannot work on. */
export function compilerError(cause: unknown): Error {
  const reason =
    cause instanceof RangeError
      ? "the code is nested too deeply for the compiler; split the expression into several statements"
      : `the compiler failed on this code, which is no fault of yours: ${String(cause)}`;
  return Object.assign(new Error(reason), { name: "CompilerError" });
}
