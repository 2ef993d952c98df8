import { checkKeys } from "../../common/checkKeys";
import { currentCell } from "./cell";

/** Removes what the cell has shown; with `wait`, only when its next output comes, which avoids flicker. Nothing outside Jupyter. */
export function clearOutput(options: { wait?: boolean } = {}): void {
  checkKeys("clearOutput", options, { wait: true });
  currentCell()?.clear(options.wait ?? false);
}
