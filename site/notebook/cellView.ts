import { make, need } from "../page/make";
import { CellOutputs } from "./cellOutputs";
import type { CodeEditor } from "./codeEditor";
import type { Edits } from "./edits";

/** What a cell asks the notebook for. */
export type CellRequests = {
  run(cell: CellView, moveOn: boolean): void;
  stop(): void;
  edited(cell: CellView): void;
};

/** What a cell does. */
export type CellState = "idle" | "waiting" | "running";

/** A cell of the page: its text, which can be edited, its buttons and its outputs. */
export class CellView {
  readonly id: string;
  readonly element: HTMLElement;
  /** The text of the stored notebook. */
  readonly original: string;
  readonly outputs: CellOutputs;
  readonly #edits: Edits;
  readonly #requests: CellRequests;
  readonly #source: HTMLElement;
  readonly #storedHtml: string;
  readonly #run = make("button", { type: "button", className: "run" });
  readonly #edit = make("button", { type: "button", className: "edit" }, "Edit");
  readonly #reset = make("button", { type: "button", className: "reset", hidden: true }, "Reset");
  readonly #count: HTMLElement;
  #text: string;
  #editor: CodeEditor | undefined;
  #opening: Promise<CodeEditor> | undefined;
  #state: CellState = "idle";

  constructor(element: HTMLElement, edits: Edits, requests: CellRequests) {
    this.element = element;
    this.id = element.dataset.id ?? "";
    this.#edits = edits;
    this.#requests = requests;
    this.#source = need(".body > .source, .folded > .source", element);
    this.#count = need(".count", element);
    this.#storedHtml = this.#source.innerHTML;
    this.original = (this.#source.textContent ?? "").replace(/\n$/, "");
    this.#text = edits.of(this.id, this.original) ?? this.original;
    this.outputs = new CellOutputs(need(".outputs", element));
    this.#showText();
    const actions = make("div", { className: "actions" }, this.#run, this.#edit, this.#reset);
    need(".body", element).prepend(actions);
    element.classList.add("live");
    this.#run.addEventListener("click", () =>
      this.#state === "idle" ? requests.run(this, false) : requests.stop(),
    );
    this.#edit.addEventListener("click", () => void this.edit());
    this.#reset.addEventListener("click", () => this.reset());
    this.#source.addEventListener("dblclick", () => void this.edit());
    this.#source.addEventListener("keydown", (event) => {
      if (event.target !== this.#source || event.key !== "Enter") return;
      event.preventDefault();
      if (event.shiftKey || event.ctrlKey || event.metaKey) requests.run(this, event.shiftKey);
      else void this.edit();
    });
    this.state = "idle";
  }

  get text(): string {
    return this.#text;
  }

  get isEdited(): boolean {
    return this.#text !== this.original;
  }

  get state(): CellState {
    return this.#state;
  }

  set state(state: CellState) {
    this.#state = state;
    this.element.classList.toggle("running", state === "running");
    this.element.classList.toggle("waiting", state === "waiting");
    this.element.setAttribute("aria-busy", String(state === "running"));
    this.#run.textContent = state === "idle" ? "Run" : "Stop";
    this.#run.setAttribute("aria-label", `${this.#run.textContent} ${this.#name}`);
    this.#edit.setAttribute("aria-label", `Edit ${this.#name}`);
    this.#reset.setAttribute("aria-label", `Reset ${this.#name} to the notebook's text`);
  }

  get #name(): string {
    return `cell ${this.element.getAttribute("aria-label")?.replace(/^Cell /, "") ?? this.id}`;
  }

  /** What stands before the cell: its number, `*` while it runs, nothing when its names are lost. */
  set count(text: string) {
    this.#count.textContent = `[${text}]`;
  }

  /** Opens the editor and gives it the focus. */
  async edit(): Promise<void> {
    this.#opening ??= import("./codeEditor").then(({ CodeEditor }) => {
      const editor = new CodeEditor(this.#text, {
        label: `The code of ${this.#name}`,
        changed: (text) => this.#changed(text),
        run: (moveOn) => this.#requests.run(this, moveOn),
      });
      this.#source.replaceWith(editor.element);
      return editor;
    });
    this.#editor = await this.#opening;
    this.#edit.hidden = true;
    const folded = this.element.querySelector<HTMLDetailsElement>("details.folded");
    if (folded) folded.open = true;
    this.#editor.focus();
  }

  reset(): void {
    this.#editor?.setText(this.original);
    this.#changed(this.original);
    if (!this.#editor) this.#showText();
  }

  focusSource(): void {
    if (this.#editor) this.#editor.focus();
    else this.#source.focus();
  }

  #changed(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#edits.keep(this.id, this.original, text);
    this.#reset.hidden = !this.isEdited;
    this.element.classList.toggle("edited", this.isEdited);
    this.#requests.edited(this);
  }

  #showText(): void {
    this.#reset.hidden = !this.isEdited;
    this.element.classList.toggle("edited", this.isEdited);
    if (this.isEdited) need("code", this.#source).textContent = this.#text;
    else this.#source.innerHTML = this.#storedHtml;
  }
}
