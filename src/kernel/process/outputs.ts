import process from "node:process";
import { enterCell } from "../../show/notebook/cell";
import { AsyncContext } from "./asyncContext";
import type { CellOutput } from "./cellOutput";
import { followCallbacks } from "./followCallbacks";

/** Which cell the running code belongs to, also in what a cell began and that goes on after it has ended. */
const context = new AsyncContext<CellOutput>();
followCallbacks(context, ({ isOver }) => isOver);
let newest: CellOutput | undefined;

/** The outputs of the cell that the running code belongs to; of the newest one where that is not known. */
export function currentOutput(): CellOutput | undefined {
  return context.current ?? newest;
}

/** The outputs of the cell whose code has thrown an error or rejected a promise; as above where that is not known. */
export function outputOf(promiseOrError: unknown): CellOutput | undefined {
  return context.of(promiseOrError) ?? currentOutput();
}

/** The outputs of the newest cell; undefined before the first. */
export function newestOutput(): CellOutput | undefined {
  return newest;
}

/** Runs a cell's code so that its outputs, late ones too, go below that cell. */
export function runWithOutput<T>(output: CellOutput, work: () => T): T {
  if (output !== newest) enterCell(output, currentOutput);
  newest = output;
  return context.run(output, work);
}

/** From now on, what the process prints goes below the cell that prints it. */
export function sendOutputs(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const original = process[name].write;
    process[name].write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      const output = currentOutput();
      if (!output)
        return original.call(process[name], chunk, encoding as BufferEncoding, callback as () => void);
      const bytes = typeof chunk === "string" && typeof encoding === "string" && !/^utf-?8$/i.test(encoding);
      output.write(name, bytes ? Buffer.from(chunk, encoding as BufferEncoding) : chunk);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    }) as typeof process.stdout.write;
  }
}
