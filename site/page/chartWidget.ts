import { figureRenderer } from "../../src/show/lab/figureRenderer.mjs";
import { PLOTLY } from "./outputHtml";

/** What the renderer of figures needs of Lumino's widgets. */
class PageWidget {
  readonly node = document.createElement("div");
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  addClass(name: string): void {
    this.node.classList.add(name);
  }

  dispose(): void {
    this.#disposed = true;
    this.node.remove();
  }
}

const ChartWidget = figureRenderer(PageWidget, PLOTLY);

/** A figure, and what is shown until it is drawn. */
export type ChartParts = {
  figure: unknown;
  alt: string;
  /** The address and size of its still picture. */
  still?: { src: string; width: number; height: number };
};

/** Puts a live figure into a place, in the colours of the page; what was there before goes. */
export async function chartWidget(place: HTMLElement, { figure, alt, still }: ChartParts): Promise<void> {
  const widget = new ChartWidget();
  place.replaceChildren(widget.node);
  await widget.renderModel({
    data: { [PLOTLY]: figure, "text/plain": alt },
    metadata: { "image/png": { alt, ...still } },
  });
}
