import { currentCell } from "./cell";

/** Removes what the cell has shown; with `wait`, only when its next output comes, which avoids flicker. Nothing outside Jupyter. */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  currentCell()?.clear(wait);
}
