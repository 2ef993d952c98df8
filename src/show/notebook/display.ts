import { checkKeys } from "../../common/checkKeys";
import { print as printLine } from "../../common/platform";
import { shown } from "../../common/shown";
import { currentCell } from "./cell";
import { describeFigure } from "./describeFigure";
import { isFigure } from "./isFigure";
import type { MimeBundle } from "./jupyterDisplay";
import { mimeBundle } from "./mimeBundle";

/** How `display` treats an output that it may replace. */
export type DisplayOptions = {
  /** A later `display` with the same id in the same cell replaces this output instead of adding one. */
  id?: string;
};

/**
 * Shows a value below the cell: a Plotly figure, a table, an object that displays itself, or any value as text.
 * Outputs keep their order without `await`; outside Jupyter the value's text goes to stdout.
 */
export async function display(value: unknown, options: DisplayOptions = {}): Promise<void> {
  checkKeys("display", options, { id: true } satisfies Record<keyof DisplayOptions, true>);
  if (options.id !== undefined && typeof options.id !== "string")
    throw new TypeError(`display: id must be a string; got ${shown(options.id)}.`);
  const cell = currentCell();
  if (cell) return cell.show(mimeBundle(value), options.id);
  if (isFigure(value)) return print({ "text/plain": describeFigure(value) });
  const bundle = mimeBundle(value);
  print(bundle instanceof Promise ? await bundle : bundle);
}

function print(bundle: MimeBundle): void {
  printLine(String(bundle["text/plain"] ?? Object.keys(bundle).join(", ")));
}
