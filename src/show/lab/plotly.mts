import type { Json, OutputFigure } from "./figure.mjs";

/** The element in which Plotly draws. */
export type LiveFigure = HTMLElement & {
  _fullLayout?: Json;
  on(event: string, listener: (event: unknown) => void): void;
};

/** The part of plotly.js that is used here. */
export type Plotly = {
  react(element: HTMLElement, figure: OutputFigure): Promise<LiveFigure>;
  relayout(element: HTMLElement, ...args: unknown[]): Promise<unknown>;
  purge(element: HTMLElement): void;
  /** The methods that a slider's step or a button may call. */
  restyle(element: HTMLElement, ...args: unknown[]): Promise<unknown>;
  update(element: HTMLElement, ...args: unknown[]): Promise<unknown>;
  animate(element: HTMLElement, ...args: unknown[]): Promise<unknown>;
  PlotSchema: { get(): { traces: Json } };
};

let loading: Promise<Plotly> | undefined;

/** plotly.js, fetched once, when the first figure comes into view; after a failure the next figure tries again. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= fetchPlotly().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

function fetchPlotly(): Promise<Plotly> {
  const page = window as unknown as { Plotly?: Plotly };
  // Another extension may have brought its own Plotly; the page keeps that one.
  const other = page.Plotly;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.js", import.meta.url).href;
    script.onload = () => {
      const own = page.Plotly;
      if (other) page.Plotly = other;
      if (own && own !== other) resolve(own);
      else reject(new Error("plotly.js was loaded, but is not there."));
    };
    script.onerror = () => {
      script.remove();
      reject(new Error("plotly.js could not be loaded; is JupyterLab's server still running?"));
    };
    document.head.append(script);
  });
}
