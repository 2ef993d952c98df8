/** The error of code that a compiler cannot work on. */
export class CompilerError extends Error {
  override readonly name = "CompilerError";
}

/** What a compiler has thrown, in words for the reader. */
export function compilerError(cause: unknown): CompilerError {
  if (cause instanceof CompilerError) return cause;
  if (cause instanceof RangeError || /not enough stack space/i.test(String(cause)))
    return new CompilerError(
      "The code is nested too deeply for the compiler: split the expression into several statements.",
    );
  return new CompilerError("The compiler failed on this code, which is no fault of yours.", { cause });
}
