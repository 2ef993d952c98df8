import { figureRenderer } from "./figureRenderer.mjs";
import type { SharedScope, WidgetClass } from "./lumino.mjs";

const MIME_TYPE = "application/vnd.plotly.v1+json";

/**
 * The plugin that JupyterLab asks for. It shows outputs that hold a Plotly figure, whether their notebook is trusted or
 * not: nothing in a figure is executed.
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
