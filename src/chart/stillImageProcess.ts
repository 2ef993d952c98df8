import { drawStill } from "./stillImageDrawing";
import type { DrawReply, DrawRequest } from "./stillImage";

// Stop in a notebook sends SIGINT to the whole process group; it is not meant for the pictures.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", (request: DrawRequest) => {
  drawStill(request).then(
    (png) => answer({ id: request.id, png }),
    (error: unknown) => answer({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(reply: DrawReply): void {
  process.send?.(reply);
}
