import fs from "node:fs/promises";
import path from "node:path";
import { isThere } from "../../common/isThere";
import { writeWhole } from "../../common/platform";

/** How processes of a sweep are told to stop, on whatever machine: by a file in the sweep's own folder. */
const STOP = "stop";

/** Asks all processes of a sweep to stop. */
export async function requestStop(own: string): Promise<void> {
  await writeWhole(path.join(own, STOP), `${new Date().toISOString()}\n`);
}

/** Whether the sweep is asked to stop. */
export function isAskedToStop(own: string): Promise<boolean> {
  return isThere(path.join(own, STOP));
}

/** Takes the request back. */
export async function forgetStop(own: string): Promise<void> {
  await fs.rm(path.join(own, STOP), { force: true });
}

/** Aborts when the sweep is asked to stop; `end` ends the watch. */
export function watchStop(own: string, milliseconds = 1000): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    fs.access(path.join(own, STOP)).then(
      () => controller.abort(),
      (error: NodeJS.ErrnoException) => {
        // A file system that does not answer for a moment asks nobody to stop.
        if (error.code !== "ENOENT") console.error(`${path.join(own, STOP)}: ${error.code}`);
      },
    );
  }, milliseconds);
  timer.unref();
  return { signal: controller.signal, end: () => clearInterval(timer) };
}
