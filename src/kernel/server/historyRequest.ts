import { shown } from "../../common/shown";
import type { RequestContent } from "../wire/requestContent";

/** Which cells of the past a client wants. */
export type HistoryRequest = {
  type: "range" | "tail" | "search";
  /** Whether each comes as a pair of its code and its output, which is not kept. */
  output: boolean;
  /** The most cells; for a search undefined means all. */
  n: number | undefined;
  /** For a range: the session's number; 0 is this one, −1 the one before. */
  session: number;
  /** For a range: the first line, and the one after the last. */
  start: number;
  stop: number | undefined;
  /** For a search: a pattern with * and ?. */
  pattern: string;
  /** For a search: whether equal code comes once. */
  unique: boolean;
};

/** What a `history_request` asks. @throws TypeError for content that is missing or wrong. */
export function historyRequest(asked: RequestContent): HistoryRequest {
  const type = asked.text("hist_access_type", "tail");
  if (type !== "range" && type !== "tail" && type !== "search")
    throw new TypeError(
      `history_request: hist_access_type must be "range", "tail" or "search"; got ${shown(type)}.`,
    );
  return {
    type,
    output: asked.flag("output", false),
    n: asked.has("n") ? asked.integer("n") : undefined,
    session: asked.integer("session", 0),
    start: asked.integer("start", 1),
    stop: asked.has("stop") ? asked.integer("stop") : undefined,
    pattern: asked.text("pattern", "*"),
    unique: asked.flag("unique", false),
  };
}
