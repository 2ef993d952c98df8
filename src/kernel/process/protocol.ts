import type { ErrorReport } from "../../cells/errorReport";

/** Code that has been checked and compiled, as the process of the cells gets it. */
export type CompiledCode = {
  code: string;
  js: string;
  /** Source map, as JSON: js → code. */
  map: string;
  /** The identifiers in `code`. */
  words: string[];
};

/** What the server asks the process of the cells for; one JSON line each. */
export type ToProcess =
  /** A cell that names the library will come, if its types are right. */
  | { type: "expect" }
  | {
      type: "run";
      /** Names the run in both directions. */
      run: number;
      /** Its number in the reader's notebook. */
      label: string;
      cell: CompiledCode;
      executionCount: number;
      /** Whether nobody wants to see outputs. */
      silent: boolean;
      /** Whether the client that sent the cell can be asked. */
      allowStdin: boolean;
    }
  | {
      /** Asks for the value of an expression after the run that has ended last. */
      type: "evaluate";
      run: number;
      label: string;
      expression: CompiledCode;
    }
  | { type: "input"; value: string }
  | {
      type: "comm";
      kind: "comm_open" | "comm_msg" | "comm_close";
      content: object;
      metadata: object;
      buffers: string[];
    };

/** The value of an expression that a client asked for. */
export type ExpressionReply =
  | { status: "ok"; data: object; metadata: object }
  | ({ status: "error" } & ErrorReport);

/** What the process of the cells tells the server; one JSON line each. */
export type FromProcess =
  | { type: "ready" }
  | { type: "started"; run: number }
  | {
      type: "publish";
      run: number;
      kind: string;
      content: object;
      metadata?: object;
      /** In base64. */
      buffers?: string[];
    }
  | { type: "ask"; run: number; prompt: string; password: boolean }
  | {
      type: "done";
      run: number;
      error?: ErrorReport;
      /** The names that the cell has given values. */
      reached: string[];
    }
  | { type: "evaluated"; run: number; reply: ExpressionReply }
  /** Cells listen for comms to this target from now on. */
  | { type: "target"; name: string };
