import type { Message } from "../wire/message";
import { RequestContent } from "../wire/requestContent";

/** What a client wants to be run, and how. */
export type ExecuteRequest = {
  code: string;
  /** Whether nobody wants to see outputs. */
  silent: boolean;
  /** Whether the cell gets a number and is kept in the history. */
  storeHistory: boolean;
  /** Whether the cells sent before a failure of this one are skipped. */
  stopOnError: boolean;
  /** Whether the client can be asked. */
  allowStdin: boolean;
  /** Expressions whose values the client wants, by name. */
  expressions: Record<string, string>;
};

/** What an `execute_request` asks. @throws TypeError for content that is missing or wrong. */
export function executeRequest(message: Message): ExecuteRequest {
  const asked = new RequestContent(message);
  const silent = asked.flag("silent", false);
  return {
    code: asked.text("code"),
    silent,
    storeHistory: asked.flag("store_history", !silent) && !silent,
    stopOnError: asked.flag("stop_on_error", true),
    allowStdin: asked.flag("allow_stdin", false),
    expressions: asked.texts("user_expressions"),
  };
}
