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

/** The error of code that a compiler has not come to an end with in so many milliseconds. */
export function compilerTooSlow(milliseconds: number): CompilerError {
  const seconds = Math.round(milliseconds / 1000);
  return new CompilerError(
    `The compiler gave no answer for ${seconds} s: split the code into several cells, and read large data from a file.`,
  );
}
