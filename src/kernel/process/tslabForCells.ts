import { createRequire } from "node:module";
import { currentOutput } from "./outputs";

const load = createRequire(__filename);

/** tslab's own module for cells that import it: its `display` shows what it is given below the cell that calls it. */
export function tslabForCells(): object {
  const jupyter = load("tslab/dist/jupyter") as {
    lastWriteDisplayData: (content: object, update?: boolean) => void;
  };
  jupyter.lastWriteDisplayData = (content, update = false) => currentOutput()?.showContent(content, update);
  return load("tslab") as object;
}
