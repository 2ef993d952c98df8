import { inspect } from "../../common/platform";
import { shown } from "../../common/shown";
import { figureBundle } from "./figureBundle";
import { isFigure } from "./isFigure";
import { jupyterDisplay, type MimeBundle } from "./jupyterDisplay";
import { isFrame, isRecords, isSeries } from "./records";
import { table } from "./table";

/**
 * What a front end shows for a value: its own bundle, a Plotly figure with a still image, a table, or its text.
 * Only the first two can be promises.
 */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const own = displayMethod(value);
  if (own) {
    const bundle = own.call(value);
    return isPromise(bundle) ? Promise.resolve(bundle).then(checkedBundle) : checkedBundle(bundle);
  }
  if (isFigure(value)) return figureBundle(value);
  if (isFrame(value) || isSeries(value) || isRecords(value)) return table(value)[jupyterDisplay]();
  return { "text/plain": typeof value === "string" ? value : inspect(value, { colors: false }) };
}

/** Whether a value is a promise, also one of another library, which is no instance of ours. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as { [jupyterDisplay]?: unknown })[jupyterDisplay];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

function checkedBundle(bundle: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(
      `[Symbol.for("Jupyter.display")]() must return an object of mime types, such as { "text/plain": "…" }; it returned ${shown(bundle)}.`,
    );
  }
  return bundle as MimeBundle;
}
