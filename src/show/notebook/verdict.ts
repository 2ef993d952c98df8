import { inspect } from "../../common/platform";
import { escapeHtml } from "./escapeHtml";
import { jupyterDisplay, type MimeBundle } from "./jupyterDisplay";

/** What `check` says of an answer; it shows itself in a notebook, and `String(verdict)` is its text. */
export type Verdict = {
  /** "open": not answered yet; "hint": a hint was asked for; "wrong" or "right". */
  readonly state: "open" | "hint" | "wrong" | "right";
  /** What is wrong, or what the right answer means. */
  readonly text: string;
  toString(): string;
  [jupyterDisplay](): MimeBundle;
};

const heads = { open: "Your turn:", hint: "Hint:", wrong: "✗ Not yet:", right: "✓ Right" } as const;
const colours = { open: "#8c8c8c", hint: "#b07a00", wrong: "#c2410c", right: "#15803d" } as const;

/** A verdict of one line; the reader can unfold `hint`, if given, below a wrong one. */
export function verdict(state: Verdict["state"], text: string, hint?: string): Verdict {
  const offered = state === "wrong" && hint !== undefined;
  const head = state === "right" ? `${heads.right}${text === "" ? "." : ":"}` : heads[state];
  const line = `${head} ${text}`.trimEnd();
  const plain = offered ? `${line} (Answer "hint" for a hint.)` : line;
  const html = () =>
    `<div style="border-left:4px solid ${colours[state]};padding:2px 10px"><b>${head}</b> ${escapeHtml(text)}` +
    `${offered ? `<details><summary>A hint</summary>${escapeHtml(hint)}</details>` : ""}</div>`;
  return {
    state,
    text,
    toString: () => plain,
    [jupyterDisplay]: () => ({ "text/html": html(), "text/plain": plain }),
    [inspect.custom]: () => plain,
  } as Verdict;
}
