import {
  any,
  dictionary,
  type JsonCheck,
  list,
  number,
  oneOf,
  record,
  refuse,
  text,
  whole,
} from "../../common/jsonCheck";
import type { DrawnRange } from "./drawn";

/** Values for places in a configuration, by paths such as "seed" or "phases.last.method.rank". */
export type Settings = Readonly<Record<string, unknown>>;

/** The values that each of some places takes; all combinations are run. */
export type GridValues = Readonly<Record<string, readonly unknown[]>>;

/** One entry of a list: what it sets, its own grid, and how its runs are called; or what a list of its own has in common. */
export type SweepPoint = {
  readonly series?: string;
  readonly label?: string;
  readonly scope?: string;
  readonly set?: Settings;
  readonly grid?: GridValues;
  /** Points, and names of the sweep's lists of points, each of them with what this one sets. */
  readonly list?: readonly (SweepPoint | string)[];
};

/** Values drawn at random: `count` times one for each place. */
export type Sample = {
  readonly count: number;
  readonly seed: number;
  readonly of: Readonly<Record<string, DrawnRange>>;
};

/** Some of a sweep's runs: every drawn sample with every combination of the grid with every point of the list. */
export type SweepPart = {
  readonly name: string;
  readonly about?: string;
  /** Texts in which {path} stands for the value there, and {label} for the text that a point of the list has. */
  readonly series?: string;
  readonly label?: string;
  readonly scope?: string;
  /** A configuration, or fields of one that replace those of the sweep. */
  readonly configuration?: Settings;
  readonly set?: Settings;
  readonly sample?: Sample;
  readonly grid?: GridValues;
  /** Points, and names of the sweep's lists of points. */
  readonly list?: readonly (SweepPoint | string)[];
};

/** What a sweep may use: it is refused if it plans more runs or disk, and begins no run after so many hours of work. */
export type Budget = { readonly runs?: number; readonly hours?: number; readonly gigabytes?: number };

/** What one run needs. */
export type Resources = {
  /** Threads of TensorFlow, 1 by default; their number decides the last digits of a result, and is noted in it. */
  readonly threads?: number;
  /** Memory that a process may take, 4 by default: it decides how many run at once; one that takes more is ended. */
  readonly gigabytes?: number;
  /** On Slurm, the time limit of a task, 60 by default; a run that takes longer goes on in the next task. */
  readonly minutes?: number;
  /** On Slurm, short runs share a task of about so many minutes, 10 by default. */
  readonly pack?: number;
  /** How often a run is tried whose process ends without a word, 3 by default. */
  readonly attempts?: number;
};

/** A checked sweep file: many runs, described once. */
export type Sweep = {
  readonly format: typeof SWEEP_FORMAT;
  /** Letters, digits, - and _: its folder is called by it. */
  readonly name: string;
  readonly about?: string;
  /** What the configurations of all parts begin with. */
  readonly configuration?: Settings;
  readonly lists?: Readonly<Record<string, readonly SweepPoint[]>>;
  readonly parts: readonly SweepPart[];
  readonly budget?: Budget;
  readonly resources?: Resources;
};

export const SWEEP_FORMAT = "sweep/1";

const name: JsonCheck = (value, at) => {
  if (typeof value !== "string" || !/^[\w-]{1,60}$/.test(value))
    refuse(at, "a name of at most 60 letters, digits, - and _", value);
};
/** A step of a path: a field, the number of a list's entry, or "last". */
const path: JsonCheck = (value, at) => {
  if (typeof value !== "string" || !/^[\w-]+(\.[\w-]+)*$/.test(value))
    refuse(at, 'a path such as "phases.last.method.rank"', value);
};
const settings = dictionary(any, path);
const grid = dictionary(list(any), path);
const limit = number(Number.MIN_VALUE, 1e9);
const range: JsonCheck = (value, at) => {
  if (Object.hasOwn((value ?? {}) as object, "choose")) return record({ choose: list(any) })(value, at);
  record(
    { from: number(-1e300, 1e300), to: number(-1e300, 1e300) },
    { scale: oneOf("linear", "log", "whole") },
  )(value, at);
  const { from, to, scale } = value as { from: number; to: number; scale?: string };
  if (from > to) refuse(`${at}.to`, `at least from (${from})`, to);
  if (scale === "log" && from <= 0) refuse(`${at}.from`, 'above 0 where the scale is "log"', from);
  if (scale === "whole" && !(Number.isSafeInteger(from) && Number.isSafeInteger(to)))
    refuse(at, 'whole numbers where the scale is "whole"', value);
};
const names = { series: text, label: text, scope: text };
const own = { ...names, set: settings, grid };
const point = record({}, own);
const listed: JsonCheck = (value, at) =>
  typeof value === "string" ? name(value, at) : record({}, { ...own, list: list(listed) })(value, at);
const part = record(
  { name },
  {
    about: text,
    ...names,
    configuration: dictionary(any),
    set: settings,
    sample: record({ count: whole(1), seed: whole(0), of: dictionary(range, path) }),
    grid,
    list: list(listed),
  },
);
const sweep = record(
  { format: oneOf(SWEEP_FORMAT), name, parts: list(part) },
  {
    about: text,
    configuration: dictionary(any),
    lists: dictionary(list(point), name),
    budget: record({}, { runs: whole(1), hours: limit, gigabytes: limit }),
    resources: record(
      {},
      {
        threads: number(1, 1024, true),
        gigabytes: limit,
        minutes: limit,
        pack: limit,
        attempts: number(1, 100, true),
      },
    ),
  },
);

/** The sweep in a JSON value; anything unknown, missing or out of range is refused by its path. */
export function readSweep(json: unknown): Sweep {
  sweep(json, "sweep");
  const read = json as Sweep;
  const parts = read.parts.map((one) => one.name);
  const twice = parts.find((one, i) => parts.indexOf(one) < i);
  if (twice !== undefined) refuse("sweep.parts", "parts of different names", twice);
  read.parts.forEach((one, i) => {
    checkNames(one.list ?? [], `sweep.parts[${i}].list`);
  });
  return read;

  function checkNames(entries: readonly (SweepPoint | string)[], at: string): void {
    const known = Object.keys(read.lists ?? {});
    entries.forEach((entry, j) => {
      if (typeof entry !== "string") checkNames(entry.list ?? [], `${at}[${j}].list`);
      else if (!known.includes(entry))
        refuse(
          `${at}[${j}]`,
          `the name of one of sweep.lists (${known.join(", ") || "there is none"})`,
          entry,
        );
    });
  }
}

/** The resources of a run, with the defaults. */
export function resourcesOf({ resources }: Pick<Sweep, "resources">): Required<Resources> {
  return { threads: 1, gigabytes: 4, minutes: 60, pack: 10, attempts: 3, ...resources };
}
