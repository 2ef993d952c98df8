import { type Runtime, Session } from "node:inspector";
import vm from "node:vm";

/** The read-eval-print loop of V8's own tools: scripts one after the other in one scope, redeclaration allowed. */
export class ReplMode {
  readonly #session = new Session();
  #contextId = 0;

  constructor() {
    this.#session.connect();
    this.#session.on("Runtime.executionContextCreated", ({ params }) => {
      this.#contextId = params.context.id;
    });
    this.#session.post("Runtime.enable");
    // A realm of its own, so that its names are not those of the tests.
    vm.createContext({});
  }

  /** The value of a script as JSON has it, or the first line of what it throws. */
  evaluate(script: string): Promise<{ value: unknown } | { error: string }> {
    return new Promise((resolve, reject) => {
      this.#session.post(
        "Runtime.evaluate",
        {
          expression: `"use strict";${script}`,
          replMode: true,
          awaitPromise: true,
          returnByValue: true,
          contextId: this.#contextId,
        } as Runtime.EvaluateParameterType,
        (failure, { result, exceptionDetails } = {} as Runtime.EvaluateReturnType) => {
          if (failure) reject(failure);
          else if (!exceptionDetails) resolve({ value: result.value });
          else {
            const { subtype, description = "" } = exceptionDetails.exception ?? {};
            resolve({ error: subtype === "error" ? description.split("\n")[0] : "Thrown" });
          }
        },
      );
    });
  }

  close(): void {
    this.#session.disconnect();
  }
}
