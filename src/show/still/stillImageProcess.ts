import { drawStill, loadPlotlyInJsdom } from "./drawStill";
import type { DrawReply, DrawRequest } from "./stillImage";

process.on("disconnect", () => process.exit(0));
process.on("message", (request: DrawRequest) => {
  drawStill(request).then(
    (png) => answer({ id: request.id, png }),
    (error: unknown) =>
      answer({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(reply: DrawReply): void {
  process.send?.(reply);
}

loadPlotlyInJsdom();
