import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { codeColours } from "../page/codeColours";

/** An editor for the code of a cell. Tab moves on, as in the rest of the page, so that the keyboard is never caught. */
export class CodeEditor {
  readonly #view: EditorView;

  constructor(
    text: string,
    { label, changed, run }: { label: string; changed(text: string): void; run(moveOn: boolean): void },
  ) {
    const runs = (moveOn: boolean) => () => {
      run(moveOn);
      return true;
    };
    this.#view = new EditorView({
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(
            keymap.of([
              { key: "Shift-Enter", run: runs(true) },
              { key: "Mod-Enter", run: runs(false) },
            ]),
          ),
          history(),
          drawSelection(),
          bracketMatching(),
          indentOnInput(),
          EditorState.tabSize.of(2),
          javascript({ typescript: true }),
          syntaxHighlighting(codeColours),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) changed(state.doc.toString());
          }),
        ],
      }),
    });
  }

  get element(): HTMLElement {
    return this.#view.dom;
  }

  focus(): void {
    this.#view.focus();
  }

  setText(text: string): void {
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: text } });
  }
}
