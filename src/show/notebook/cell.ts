import { stopBy } from "../../common/defaultSignal";
import type { MimeBundle } from "./jupyterDisplay";

/** The running cell as the kernel hands it to the notebook helpers: where its outputs go and how it is stopped. */
export type Cell = {
  /** Shows a bundle below the cell; with an id, a later bundle of the same id replaces it. */
  show(bundle: MimeBundle | Promise<MimeBundle>, id?: string): Promise<void>;
  /** Removes the cell's outputs; with `wait`, only when the next output comes. */
  clear(wait: boolean): void;
  /** Asks the reader for a line. */
  input(prompt: string, password: boolean): Promise<string>;
  /** Aborts when the reader presses Stop. */
  readonly signal: AbortSignal;
};

// A global symbol, not a module variable: the kernel and the notebook may load two copies of the package
// (a linked checkout, a tarball), and they still have to meet.
const key = Symbol.for("intrinsic-params.current-cell");
const shared = globalThis as { [key]?: () => Cell | undefined };

/** The cell that the running code belongs to; undefined outside the project's kernel. */
export function currentCell(): Cell | undefined {
  return shared[key]?.();
}

/** Called by the kernel when a cell starts; `current` tells which cell's code is running, at any later time. */
export function enterCell(cell: Cell, current: () => Cell | undefined = () => cell): void {
  shared[key] = current;
  stopBy(cell.signal);
}
