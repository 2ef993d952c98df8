import { safeConfig } from "./config.mjs";
import { isJson, type Json, type OutputFigure } from "./figure.mjs";
import { fitted } from "./fitted.mjs";
import { answerKeyboard, moveSlider, slidersOf } from "./keyboard.mjs";
import { legendRoom } from "./legendRoom.mjs";
import type { MimeModel, Widget, WidgetClass } from "./lumino.mjs";
import { measureText, onThemeChange, pageTheme } from "./page.mjs";
import { type LiveFigure, loadPlotly, type Plotly } from "./plotly.mjs";
import { addStyle } from "./style.mjs";
import { themed } from "./themed.mjs";

/** A widget that shows one output; JupyterLab calls `renderModel` again when the output is updated. */
export type FigureRenderer = Widget & { renderModel(model: MimeModel): Promise<void> };

/** Drawing starts this far outside of the view, so that figures are there when the reader scrolls to them. */
const AHEAD = "300px";

/**
 * The class of widgets that show Plotly figures: first the still image, then, as soon as it is in view, the live figure,
 * as wide as its panel and in the colours of the page. It reads its output and never writes to it.
 */
export function figureRenderer(Widget: WidgetClass, mimeType: string): new () => FigureRenderer {
  return class extends Widget {
    readonly #still = element("img", "ip-figure-still");
    readonly #graph = element("div", "ip-figure-live ip-mod-hidden") as unknown as LiveFigure;
    readonly #problem = element("pre", "ip-figure-problem");
    readonly #frame = element("div", "ip-figure");
    readonly #ends: (() => void)[] = [];
    #figure: OutputFigure | undefined;
    #revision = 0;
    #inView = false;
    #busy = false;
    /** What is drawn: the figure's revision, the ground and the width; undefined while nothing is. */
    #drawn: { revision: number; ground: string; width: number } | undefined;
    #plotly: Plotly | undefined;

    constructor() {
      super();
      addStyle();
      this.addClass("jp-RenderedPlotly");
      this.#still.hidden = true;
      this.#problem.hidden = true;
      this.#frame.setAttribute("role", "group");
      this.#frame.append(this.#still, this.#graph, this.#problem);
      this.node.append(this.#frame);
      const view = new IntersectionObserver(
        (entries) => {
          this.#inView = entries[entries.length - 1].isIntersecting;
          this.#update();
        },
        { rootMargin: AHEAD },
      );
      const size = new ResizeObserver(() => this.#update());
      view.observe(this.#frame);
      size.observe(this.#frame);
      this.#ends.push(
        () => view.disconnect(),
        () => size.disconnect(),
        onThemeChange(() => this.#update()),
      );
    }

    async renderModel(model: MimeModel): Promise<void> {
      this.#figure = model.data[mimeType] as OutputFigure;
      this.#revision++;
      const { "image/png": png, "text/plain": text } = model.data;
      const picture = isJson(model.metadata["image/png"]) ? model.metadata["image/png"] : {};
      const name = String(picture.alt ?? text ?? "Plotly figure");
      this.#frame.setAttribute("aria-label", name);
      this.#still.alt = name;
      // A page's picture may lie beside it instead of in the output.
      if (typeof picture.src === "string") this.#still.src = picture.src;
      else if (typeof png === "string") this.#still.src = `data:image/png;base64,${png.replace(/\s/g, "")}`;
      else this.#still.removeAttribute("src");
      const height = this.#height(fitted(this.#figure ?? {}, this.#frame.clientWidth || 700, measureText));
      // The picture has more pixels than its place on the page, which has the figure's size.
      this.#still.width = typeof picture.width === "number" ? picture.width : 700;
      this.#still.style.maxHeight = `${height}px`;
      if (!this.#drawn) this.#showStill();
      this.#update();
    }

    override dispose(): void {
      if (this.isDisposed) return;
      for (const end of this.#ends) end();
      this.#plotly?.purge(this.#graph);
      super.dispose();
    }

    #update(): void {
      if (this.#busy) return;
      this.#busy = true;
      void this.#draw()
        .catch((error: unknown) => this.#fail(error))
        .finally(() => {
          this.#busy = false;
        });
    }

    /** Draws until the drawing is the wanted one: figure, width and theme may change meanwhile. */
    async #draw(): Promise<void> {
      for (;;) {
        const figure = this.#figure;
        const width = this.#frame.clientWidth;
        if (this.isDisposed || !figure || !this.#inView || width < 40) return;
        const theme = pageTheme();
        const wanted = { revision: this.#revision, ground: theme.ground, width };
        const drawn = this.#drawn;
        if (drawn && same(drawn, wanted)) return;
        const plotly = await loadPlotly();
        if (this.isDisposed) return;
        this.#plotly = plotly;
        refuseUnknown(figure, plotly);
        const layout = fitted(figure, width, measureText);
        this.#height(layout);
        const before = marginsOf(this.#graph);
        if (drawn && same({ ...drawn, width }, wanted)) await plotly.relayout(this.#graph, sizeOf(layout));
        else
          await this.#react(plotly, themed({ ...figure, layout }, theme), drawn?.revision === this.#revision);
        // Plotly places the legend by the margins of the drawing before, and changes them after that.
        if (drawn && !same(before, marginsOf(this.#graph)))
          await plotly.relayout(this.#graph, sizeOf(layout));
        const more = legendRoom(this.#graph);
        if (more > 0) {
          const height = this.#height(layout) + more;
          await plotly.relayout(this.#graph, { height: this.#height({ height }) });
        }
        this.#drawn = wanted;
        this.#problem.hidden = true;
        this.#showGraph();
      }
    }

    async #react(plotly: Plotly, figure: OutputFigure, keepSliders: boolean): Promise<void> {
      const before = keepSliders ? slidersOf(this.#graph).map(({ active }) => active ?? 0) : [];
      // A copy: Plotly writes zoom and slider positions into its input, and the notebook must not change.
      const copy = structuredClone({
        data: figure.data ?? [],
        layout: figure.layout ?? {},
        frames: figure.frames,
      });
      const fresh = this.#drawn === undefined;
      const layout = { uirevision: this.#revision, ...copy.layout };
      await plotly.react(this.#graph, { ...copy, layout, config: safeConfig(figure) });
      if (fresh) this.#listen(plotly);
      const now = slidersOf(this.#graph).map(({ active }) => active ?? 0);
      const own = Array.isArray(figure.layout?.sliders) ? (figure.layout.sliders as Json[]) : [];
      for (const [index, active] of before.entries())
        if (active !== (own[index]?.active ?? 0) || active !== now[index])
          await moveSlider(this.#graph, plotly, index, active);
      answerKeyboard(this.#graph, plotly, (error) => this.#fail(error));
    }

    #listen(plotly: Plotly): void {
      for (const event of [
        "plotly_afterplot",
        "plotly_relayout",
        "plotly_sliderchange",
        "plotly_animated",
        "plotly_buttonclicked",
      ])
        this.#graph.on(event, () => answerKeyboard(this.#graph, plotly, (error) => this.#fail(error)));
      // Browsers keep few WebGL contexts: the picture replaces the figure until it comes into view again.
      this.#graph.on("plotly_webglcontextlost", () => {
        plotly.purge(this.#graph);
        this.#drawn = undefined;
        this.#inView = false;
        this.#showStill();
      });
    }

    #fail(error: unknown): void {
      if (this.isDisposed) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#problem.textContent = `This figure could not be drawn${this.#still.src ? "; here is its picture" : ""}: ${reason}`;
      this.#problem.hidden = false;
      this.#drawn = undefined;
      this.#showStill();
    }

    #height(layout: Json): number {
      const height = Number(layout.height);
      this.#frame.style.minHeight = `${height}px`;
      return height;
    }

    #showStill(): void {
      this.#still.hidden = !this.#still.src;
      this.#graph.classList.add("ip-mod-hidden");
    }

    #showGraph(): void {
      this.#still.hidden = true;
      this.#graph.classList.remove("ip-mod-hidden");
    }
  };
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, classes: string) {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}

const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The part of a layout that depends on the panel's width. */
function sizeOf(layout: Json): Json {
  const { width, height, title, margin } = layout;
  return {
    width,
    height,
    ...(isJson(title) && { "title.text": title.text }),
    ...(isJson(margin) && { "margin.t": margin.t }),
  };
}

/** The margins of what is drawn, with what Plotly has added for labels and legend. */
function marginsOf(graph: LiveFigure): Json {
  const size = graph._fullLayout?._size;
  const { l, r, t, b } = isJson(size) ? size : {};
  return { l, r, t, b };
}

/** Refuses a trace of unknown type: Plotly would silently draw it as lines. */
function refuseUnknown(figure: OutputFigure, plotly: Plotly): void {
  const { traces } = plotly.PlotSchema.get();
  for (const { type } of figure.data ?? [])
    if (typeof type === "string" && !(type in traces))
      throw new Error(`plotly.js 4 has no trace type ${JSON.stringify(type)}.`);
}
