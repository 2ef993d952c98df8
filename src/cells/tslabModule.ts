import { createRequire } from "node:module";
import type * as Public from "tslab/dist/public";

/** What `tslab.display` of a cell shows: the content of a `display_data` message, or of its update. */
export type WriteDisplay = (content: object, update?: boolean) => void;

/** The module "tslab" for cells: tslab's own, whose `display` writes by `write`. */
export function tslabModule(write: WriteDisplay): typeof Public {
  const load = createRequire(__filename);
  const jupyter = load("tslab/dist/jupyter") as { lastWriteDisplayData: WriteDisplay };
  jupyter.lastWriteDisplayData = write;
  return load("tslab/dist/public") as typeof Public;
}
