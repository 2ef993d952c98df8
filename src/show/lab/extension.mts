import { figureRenderer } from "./figureRenderer.mjs";
import type { SharedScope, WidgetClass } from "./lumino.mjs";

const MIME_TYPE = "application/vnd.plotly.v1+json";

/**
 * The plugin that JupyterLab asks for: it shows outputs that hold a Plotly figure, in notebooks of any trust, since
 * nothing of a figure is run.
 */
export async function plugin(shared: SharedScope): Promise<object> {
  const versions = Object.values(shared["@lumino/widgets"] ?? {});
  if (versions.length === 0) throw new Error("JupyterLab does not share @lumino/widgets.");
  const { Widget } = (await versions[0].get())() as { Widget: WidgetClass };
  const Renderer = figureRenderer(Widget, MIME_TYPE);
  return {
    id: "intrinsic-params-charts:factory",
    description: "Shows Plotly figures.",
    rendererFactory: {
      safe: true,
      mimeTypes: [MIME_TYPE],
      createRenderer: () => new Renderer(),
    },
    rank: 0,
    dataType: "json",
  };
}
