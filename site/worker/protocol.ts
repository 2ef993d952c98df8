import type { ErrorReport } from "../../src/cells/errorReport";

/** An output of a cell, as a notebook's file has it. */
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data" | "execute_result"; data: Bundle; metadata: Bundle }
  | ({ output_type: "error" } & ErrorReport);

/** Mime type → content. */
export type Bundle = { [mimeType: string]: unknown };

/** A cell as JavaScript, with its source map. */
export type Compiled = { js: string; map: string };

/** A cell that is to run. */
export type ToRun = {
  type: "run";
  /** The number by which outputs find their cell. */
  run: number;
  /** The cell's number for the reader. */
  label: string;
  code: string;
  /** Where the worker could not make it itself. */
  compiled?: Compiled;
};

/** What the page tells the worker of the cells; an answer is that to the last question. */
export type ToWorker = ToRun | { type: "answer"; text: string };

/** What the worker of the cells tells the page. */
export type FromWorker =
  | { type: "ready" }
  | { type: "output"; run: number; output: Output; id?: string }
  | { type: "clear"; run: number; wait: boolean }
  | { type: "ask"; run: number; prompt: string; password: boolean }
  | { type: "done"; run: number; ok: boolean; milliseconds: number };
