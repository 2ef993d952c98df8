import { curve, short } from "./curve";
import { escapeHtml } from "./escapeHtml";

/** What a progress display says at one moment. */
export type ProgressState = {
  title: string;
  step: number;
  total: number | undefined;
  unit: string;
  seconds: number;
  /** Where this process began: the steps before were done by an earlier process and took no time of this one. */
  from: { readonly step: number; readonly seconds: number };
  /** The newest value of each metric. */
  values: ReadonlyMap<string, number>;
  curves: ReadonlyMap<string, readonly (readonly [x: number, y: number])[]>;
  note: string;
  state: "running" | "done" | "stopped";
};

/** One line of text. */
export function progressText(view: ProgressState): string {
  const values = [...view.values].map(([name, value]) => `${name} ${short(value)}`);
  return [`${view.title}: ${counted(view)}`, time(view), ...values, ...(view.note ? [view.note] : [])].join(
    " · ",
  );
}

/** Self-contained HTML: a bar while the work runs, the newest values, and a curve for each metric. */
export function progressHtml(view: ProgressState): string {
  const { total, step, state, curves, values, note } = view;
  const share = total ? Math.min(1, step / total) : undefined;
  const bar =
    share === undefined || state === "done"
      ? ""
      : `<div style="width:532px;max-width:100%;height:6px;background:rgba(128,128,128,0.25);border-radius:3px">` +
        `<div style="width:${(100 * share).toFixed(1)}%;height:6px;background:${state === "stopped" ? "#b58900" : "#1f77b4"};border-radius:3px"></div></div>`;
  const numbers = [...values].map(([name, value]) => `${escapeHtml(name)} <b>${short(value)}</b>`);
  const line = [counted(view), time(view), ...numbers].join(" · ");
  const pictures = [...curves]
    .filter(([, points]) => points.length > 1)
    .map(([name, points]) => curve(name, points));
  return [
    "<div>",
    `<div><b>${escapeHtml(view.title)}</b>${note ? ` ${escapeHtml(note)}` : ""}</div>`,
    bar,
    `<div style="font-variant-numeric:tabular-nums">${line}</div>`,
    `<div>${pictures.join("")}</div>`,
    "</div>",
  ].join("\n");
}

function counted({ step, total, unit, state }: ProgressState): string {
  const of = total === undefined || (state === "done" && step === total) ? "" : ` of ${total}`;
  const share = !total || state === "done" ? "" : ` (${Math.floor((100 * step) / total)} %)`;
  return `${state === "stopped" ? "stopped at " : ""}${step}${of} ${unit}${share}`;
}

function time({ seconds, step, total, from, state }: ProgressState): string {
  const done = step - from.step;
  if (state !== "running" || total === undefined || step >= total || done <= 0) return clock(seconds);
  return `${clock(seconds)}, ${clock(((seconds - from.seconds) / done) * (total - step))} left`;
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
