import { typescriptLanguage } from "@codemirror/lang-javascript";
import { highlightCode } from "@lezer/highlight";
import { escapeHtml } from "../../src/show/notebook/escapeHtml";
import { codeColours } from "../page/codeColours";

/** TypeScript as HTML, with the classes that the editor has, too. */
export function highlighted(code: string): string {
  let html = "";
  highlightCode(
    code,
    typescriptLanguage.parser.parse(code),
    codeColours,
    (text, classes) => {
      html += classes ? `<span class="${classes}">${escapeHtml(text)}</span>` : escapeHtml(text);
    },
    () => {
      html += "\n";
    },
  );
  return html;
}
