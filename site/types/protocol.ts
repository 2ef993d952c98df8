import type { ErrorReport } from "../../src/cells/errorReport";

/** A question to the worker of the types: the cells up to the last, which is checked. */
export type TypeQuestion = {
  question: number;
  label: string;
  cells: readonly { id: string; code: string }[];
};

/** Its answer: the report of what is wrong; undefined if nothing is. */
export type TypeAnswer = { question: number; report: ErrorReport | undefined };
