import type { ErrorReport } from "../../src/cells/errorReport";
import type { Compiled } from "../worker/protocol";

/** A question to the worker of the types: the cells up to the last, which is checked. */
export type TypeQuestion = {
  question: number;
  label: string;
  cells: readonly { id: string; code: string }[];
};

/** Its answer. */
export type TypeAnswer = {
  question: number;
  /** What is wrong; undefined if nothing is. */
  report?: ErrorReport;
  /** The cell as JavaScript, if only TypeScript itself can make it. */
  compiled?: Compiled;
  /** Why nothing could be checked. */
  failed?: string;
};
