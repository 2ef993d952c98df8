import { make, need } from "../page/make";
import { CellView } from "./cellView";
import { CellWorker } from "./cellWorker";
import { editedNotebook } from "./editedNotebook";
import { Edits } from "./edits";
import { type Checked, TypeChecks } from "./typeChecks";

/** A notebook on its page: its cells can be edited and run. */
export class NotebookView {
  readonly #name: string;
  readonly #cells: CellView[];
  readonly #worker = new CellWorker();
  readonly #types = new TypeChecks();
  readonly #status = make("p", { className: "status", role: "status" });
  /** What has run in the worker: cell → the text that ran. */
  readonly #ran = new Map<CellView, string>();
  #count = 0;
  #milliseconds = 0;
  #queue: Promise<void> = Promise.resolve();
  /** Goes up when what waits in the queue is left out. */
  #era = 0;

  constructor(article: HTMLElement) {
    this.#name = article.dataset.name ?? "";
    const edits = new Edits(this.#name);
    const requests = {
      run: (cell: CellView, moveOn: boolean) => void this.run(cell, moveOn),
      stop: () => this.stop(),
      edited: () => this.#types.prepare(),
    };
    this.#cells = [...article.querySelectorAll<HTMLElement>(".cell")].map(
      (element) => new CellView(element, edits, requests),
    );
    this.#addTools(need(".notebook-tools .actions", article));
    document.body.append(this.#status);
  }

  /**
   * Runs a cell; first those above it that have not run, or whose text has changed since, so that no name is missing.
   * Changed cells are checked before anything runs. While others run, it waits for its turn.
   */
  async run(target: CellView, moveOn = false): Promise<void> {
    if (moveOn) this.#after(target)?.focusSource();
    if (target.state !== "idle") return;
    target.state = "waiting";
    const era = this.#era;
    this.#queue = this.#queue.then(async () => {
      if (era !== this.#era) return;
      try {
        await this.#runUpTo(target);
      } catch (error) {
        this.#leaveOut();
        this.#say(
          `The page could not run the cell: ${error instanceof Error ? error.message : String(error)}`,
        );
        throw error;
      }
    });
    const turn = this.#queue;
    this.#queue = turn.catch(() => {});
    await turn;
  }

  async #runUpTo(target: CellView): Promise<void> {
    const todo = this.#todo(target);
    this.#milliseconds = 0;
    for (const cell of todo) cell.state = "waiting";
    for (const cell of todo)
      if (!(await this.#runOne(cell, target, todo))) {
        this.#leaveOut();
        return;
      }
  }

  /** Ends what runs. The worker goes with it, and every name that cells have made. */
  stop(): void {
    const lost = this.#ran.size;
    this.#leaveOut();
    this.#types.stop();
    this.#worker.stop();
    this.#forget();
    this.#say(
      `Stopped. ${lost === 0 ? "Nothing else had run." : `What ${cells(lost)} had computed is lost`}${
        lost === 0 ? "" : "; Run on any cell runs those above it again."
      }`,
    );
  }

  /** What waits for its turn no longer does. */
  #leaveOut(): void {
    this.#era++;
    for (const cell of this.#cells) cell.state = "idle";
  }

  /** Every cell gets the notebook's own text, and all names are forgotten. */
  reset(): void {
    this.stop();
    for (const cell of this.#cells) cell.reset();
    this.#say("Every cell has the notebook's own text again. The outputs stay until you run it.");
  }

  #todo(target: CellView): CellView[] {
    const upTo = this.#cells.slice(0, this.#cells.indexOf(target) + 1);
    const first = upTo.findIndex((cell) => this.#ran.get(cell) !== cell.text);
    return first < 0 ? [target] : upTo.slice(first);
  }

  async #runOne(cell: CellView, target: CellView, todo: CellView[]): Promise<boolean> {
    const label = String(++this.#count);
    cell.state = "running";
    cell.count = "*";
    const at = todo.indexOf(cell) + 1;
    this.#say(
      cell === target ? `Cell ${label} runs.` : `First the cells above: ${at} of ${todo.length} runs.`,
      true,
    );
    cell.outputs.begin();
    const code = cell.text;
    const era = this.#era;
    const { report, compiled, failed } = await this.#checked(cell, label);
    // Stop may have come while the types were checked.
    if (era !== this.#era) return false;
    if (report) {
      cell.outputs.add({ output_type: "error", ...report });
      cell.outputs.end();
      cell.count = " ";
      this.#say(`Cell ${label} does not compile, so nothing of it has run.`);
      return false;
    }
    const { end, milliseconds } = await this.#worker.run(
      { label, code, compiled },
      {
        output: (output, id) => cell.outputs.add(output, id),
        clear: (wait) => cell.outputs.clear(wait),
        ask: (prompt, password) => cell.outputs.ask(prompt, password),
      },
    );
    if (end === "stopped") {
      const report = "Interrupted: the cell was stopped";
      cell.outputs.add({ output_type: "error", ename: "Interrupted", evalue: report, traceback: [report] });
      cell.outputs.end();
      return false;
    }
    cell.outputs.end();
    cell.count = label;
    cell.element.dataset.milliseconds = milliseconds.toFixed(1);
    this.#ran.set(cell, code);
    if (end === "error") {
      this.#ran.delete(cell);
      this.#say(cell === target ? `Cell ${label} ended with an error.` : "A cell above ended with an error.");
      if (cell !== target) cell.element.scrollIntoView({ block: "center" });
      return false;
    }
    cell.state = "idle";
    this.#milliseconds += milliseconds;
    const what = todo.length === 1 ? "Done" : `${cells(todo.length)} done`;
    const unchecked = failed ? ` Its types could not be checked: ${failed}` : "";
    if (cell === target) this.#say(`${what} in ${(this.#milliseconds / 1000).toFixed(2)} s.${unchecked}`);
    return true;
  }

  /** Only changed notebooks are checked: the stored cells have passed the kernel's own check. */
  async #checked(cell: CellView, label: string): Promise<Checked> {
    const upTo = this.#cells.slice(0, this.#cells.indexOf(cell) + 1);
    if (!upTo.some(({ isEdited }) => isEdited)) return {};
    return this.#types.check(
      label,
      upTo.map(({ id, text }) => ({ id, code: text })),
    );
  }

  #after(cell: CellView): CellView | undefined {
    return this.#cells[this.#cells.indexOf(cell) + 1];
  }

  #forget(): void {
    this.#ran.clear();
    this.#count = 0;
    for (const cell of this.#cells) {
      if (cell.state !== "idle") cell.state = "idle";
      cell.count = " ";
    }
  }

  #say(text: string, running = false): void {
    this.#status.replaceChildren(text);
    if (running) {
      const stop = make("button", { type: "button" }, "Stop");
      stop.addEventListener("click", () => this.stop());
      this.#status.append(" ", stop);
    }
    this.#status.classList.toggle("shown", text !== "");
    this.#status.classList.remove("done");
    if (running) return;
    // Read again, so that the time begins anew.
    void this.#status.offsetWidth;
    this.#status.classList.add("done");
  }

  #addTools(place: HTMLElement): void {
    const button = (text: string, work: () => void) => {
      const made = make("button", { type: "button" }, text);
      made.addEventListener("click", work);
      return made;
    };
    place.append(
      button("Run all", () => {
        const last = this.#cells.at(-1);
        if (last) void this.run(last);
      }),
      button("Reset all", () => this.reset()),
      button("Download with your changes", () => void this.#download()),
    );
    place.hidden = false;
  }

  async #download(): Promise<void> {
    const text = await editedNotebook(
      this.#name,
      new Map(this.#cells.map(({ id, text }) => [id, text] as const)),
    );
    const url = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    make("a", { href: url, download: `${this.#name}.ipynb` }).click();
    URL.revokeObjectURL(url);
  }
}

const cells = (count: number) => (count === 1 ? "1 cell" : `${count} cells`);
