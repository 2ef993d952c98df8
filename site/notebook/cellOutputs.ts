import { make } from "../page/make";
import { outputHtml, PLOTLY } from "../page/outputHtml";
import type { Bundle, Output } from "../worker/protocol";

/** Outputs with an id, in all cells of the page. */
const byId = new Map<string, HTMLElement>();

/**
 * The outputs below a cell. When a run begins, the old ones stay until the first new one comes or the run ends, so that
 * the page does not jump.
 */
export class CellOutputs {
  readonly #place: HTMLElement;
  #stale = false;
  #question: HTMLElement | undefined;

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  begin(): void {
    this.#stale = true;
  }

  /** The run has ended: outputs of an earlier one go, and so does a question that has no answer. */
  end(): void {
    this.#clearStale();
    this.#question?.remove();
    this.#question = undefined;
  }

  /** Asks the reader for a line; what was asked and answered stays, as in JupyterLab. */
  ask(prompt: string, password: boolean): Promise<string> {
    this.#clearStale();
    const field = make("input", {
      type: password ? "password" : "text",
      autocomplete: "off",
      spellcheck: false,
    });
    const form = make(
      "form",
      { className: "output ask" },
      make("label", {}, prompt || "The cell asks: ", field),
      make("button", {}, "Answer"),
    );
    this.#question?.remove();
    this.#question = form;
    this.#place.append(form);
    field.focus();
    return new Promise((resolve) => {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        form.remove();
        this.#question = undefined;
        const shown = password ? "·".repeat(8) : field.value;
        this.add({ output_type: "stream", name: "stdout", text: `${prompt}${shown}\n` });
        resolve(field.value);
      });
    });
  }

  clear(wait: boolean): void {
    this.#stale = true;
    if (!wait) this.#clearStale();
  }

  add(output: Output, id?: string): void {
    const known = id === undefined ? undefined : byId.get(id);
    if (known?.isConnected && !(this.#stale && this.#place.contains(known))) {
      show(known, output);
      return;
    }
    this.#clearStale();
    const last = this.#place.lastElementChild?.querySelector(":scope > pre.stream");
    if (output.output_type === "stream" && last?.classList.contains(output.name)) {
      last.append(output.text);
      return;
    }
    const element = make("div", { className: "output" });
    if (id !== undefined) byId.set(id, element);
    this.#place.append(element);
    show(element, output);
  }

  #clearStale(): void {
    if (this.#stale) this.#place.replaceChildren();
    this.#stale = false;
  }
}

function show(element: HTMLElement, output: Output): void {
  element.innerHTML = outputHtml(output, (data) => {
    const { height = 450 } = ((data[PLOTLY] as { layout?: Bundle }).layout ?? {}) as { height?: number };
    return `<div class="chart" style="min-height:${Number(height)}px"></div>`;
  });
  const chart = element.querySelector<HTMLElement>(".chart");
  if (!chart || !("data" in output)) return;
  const { alt } = (output.metadata["image/png"] ?? {}) as { alt?: string };
  void import("../page/chartWidget").then(({ chartWidget }) =>
    chartWidget(chart, { figure: output.data[PLOTLY], alt: alt ?? String(output.data["text/plain"]) }),
  );
}
