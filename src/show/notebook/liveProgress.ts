import { checkKeys } from "../../common/checkKeys";
import { print, processId } from "../../common/platform";
import { shown } from "../../common/shown";
import { type Cell, currentCell } from "./cell";
import { type ProgressState, progressHtml, progressText } from "./progressHtml";
import { Series } from "./series";

/** What `liveProgress` shows. */
export type LiveProgressOptions = {
  /** What is going on: "Training S2". */
  title: string;
  /** Number of steps until the end; without it, or with 0, there is no bar and no estimate. */
  total?: number;
  /** What a step is called; default "steps". */
  unit?: string;
  /** Names of the values in `update` that get a live curve, such as "loss". */
  metrics?: readonly string[];
};

/** A step, counted from 1, and the newest values of any metrics; `note` is a short text beside the title. */
export type ProgressUpdate = {
  step: number;
  note?: string;
  [metric: string]: number | string | undefined;
};

/** The display of work in progress, as `liveProgress` makes it. */
export type LiveProgress = {
  /** Call it as often as you like: the display changes at most five times a second. */
  update(values: ProgressUpdate): void;
  /** Ends with a static summary; `note` is a short text beside the title. */
  done(note?: string): void;
};

const OPTIONS = {
  ...{ title: true, total: true, unit: true, metrics: true },
} as const satisfies Record<keyof LiveProgressOptions, true>;
const milliseconds = { notebook: 200, text: 5000 };
let lastId = 0;

/**
 * A progress display for a long loop: bar, remaining time and live curves below the cell, lines of text outside Jupyter.
 * When the reader presses Stop, the display says where the work stopped.
 * Throws a RangeError for a total or step that is not a finite number ≥ 0 and a TypeError for a metric that is no number.
 */
export function liveProgress(options: LiveProgressOptions): LiveProgress {
  checkKeys("liveProgress", options, OPTIONS);
  if (typeof options.title !== "string")
    throw new TypeError(
      `liveProgress needs a title, what is going on, such as { title: "Training" }; got ${shown(options.title)}.`,
    );
  const { title, total, unit = "steps", metrics = [] } = options;
  if (total !== undefined) count("total", total);
  const cell = currentCell();
  const show = cell ? inNotebook(cell) : asText;
  const began = performance.now();
  const curves = new Map(metrics.map((name) => [name, new Series()]));
  const values = new Map<string, number>();
  let [step, note, shownAt] = [0, "", Number.NEGATIVE_INFINITY];
  let state: ProgressState["state"] = "running";
  let from: ProgressState["from"] | undefined;
  const seconds = () => (performance.now() - began) / 1000;

  const render = (): void => {
    shownAt = performance.now();
    const points = new Map([...curves].map(([name, series]) => [name, series.points]));
    show({
      title,
      total,
      unit,
      step,
      note,
      values,
      curves: points,
      state,
      seconds: seconds(),
      from: from ?? { step: 0, seconds: 0 },
    });
  };
  const finish = (last: "done" | "stopped", word: string): void => {
    if (state !== "running") return;
    state = last;
    note = word;
    render();
  };
  cell?.signal.addEventListener("abort", () => finish("stopped", ""), { once: true });
  if (cell) render();

  return {
    update({ step: now, note: word, ...rest }) {
      if (state !== "running") return;
      step = count("step", now);
      // Step 1 took the time until now; a first report of a later step shows where an earlier process stopped.
      from ??= step === 1 ? { step: 0, seconds: 0 } : { step, seconds: seconds() };
      note = word ?? note;
      for (const [name, value] of Object.entries(rest)) {
        if (value === undefined) continue;
        if (typeof value !== "number") {
          throw new TypeError(`liveProgress expects numbers as metrics; ${name} is ${shown(value)}.`);
        }
        values.set(name, value);
        curves.get(name)?.add(now, value);
      }
      if (performance.now() - shownAt >= (cell ? milliseconds.notebook : milliseconds.text)) render();
    },
    done: (word = "") => finish("done", word),
  };
}

function inNotebook(cell: Cell): (view: ProgressState) => void {
  const id = `progress-${processId}-${++lastId}`;
  return (view) => {
    const drawn = cell.show({ "text/html": progressHtml(view), "text/plain": progressText(view) }, id);
    // This bundle already exists, so making it cannot fail.
    drawn.catch(() => {});
  };
}

function asText(view: ProgressState): void {
  print(progressText(view));
}

function count(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`liveProgress expects a finite ${name} ≥ 0; got ${shown(value)}.`);
}
