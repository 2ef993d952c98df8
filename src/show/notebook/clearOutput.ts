import { checkKeys } from "../../common/checkKeys";
import { currentCell } from "./cell";

/** Removes the cell's outputs; with `wait`, only when the next one comes, to avoid flicker. Only in Jupyter. */
export function clearOutput(options: { wait?: boolean } = {}): void {
  checkKeys("clearOutput", options, { wait: true });
  currentCell()?.clear(options.wait ?? false);
}
