import { needsNode, path } from "../../common/platform";
import { setAt, valueAt } from "../../common/setAt";
import { shown } from "../../common/shown";
import { hashOf } from "../experiment/configuration";
import { moduleSum } from "../experiment/ownModule";
import { readConfiguration } from "../experiment/readConfiguration";
import { drawn } from "./drawn";
import {
  type GridValues,
  readSweep,
  type Settings,
  type Sweep,
  type SweepPart,
  type SweepPoint,
} from "./sweep";
import type { SweepRun } from "./sweepRun";

/** A module's checksum by its path in the sweep file. */
type Sums = (file: string) => string;

/**
 * All runs of a sweep, in order: for each part its samples, for each of them the grid, for each combination the list.
 * Paths of modules begin in `folder`, that of the sweep file.
 * @throws RangeError naming part and run of the first configuration that is not valid.
 */
export async function expandSweep(sweep: Sweep, folder = "."): Promise<readonly SweepRun[]> {
  needsNode("expandSweep", "plan a sweep where it shall run");
  return expandPlain(readSweep(sweep), await sumsOf(sweep, folder));
}

/** All runs of a checked sweep, by the checksums of its modules; without them it may have none. */
export function expandPlain(
  { lists = {}, configuration = {}, parts }: Sweep,
  sums: Sums = noModule,
): readonly SweepRun[] {
  return parts.flatMap((part, i) => {
    const points = pointsOf(part.list ?? [{}], lists);
    const base = { format: "experiment/1", ...configuration, ...part.configuration };
    const runs: SweepRun[] = [];
    for (const settings of settingsOf(part)) {
      for (const point of points) {
        for (const own of gridsOf(point)) {
          const varied = { ...settings, ...own };
          try {
            runs.push(runOf({ base, part, point, varied, sums }));
          } catch (error) {
            throw new RangeError(
              `sweep.parts[${i}], ${told(part, point, varied)}: ${(error as Error).message}`,
              {
                cause: error,
              },
            );
          }
        }
      }
    }
    return runs;
  });
}

const noModule: Sums = (file) => {
  throw new RangeError(`The module ${shown(file)} is not named as a file in the sweep.`);
};

type Ingredients = {
  readonly base: Settings;
  readonly part: SweepPart;
  readonly point: Chain;
  readonly varied: Settings;
  readonly sums: Sums;
};

function runOf({ base, part, point, varied, sums }: Ingredients): SweepRun {
  let made: unknown = base;
  for (const settings of [part.set, ...point.map(({ set }) => set), varied])
    for (const [at, value] of Object.entries(settings ?? {})) made = setAt(made, at, value);
  for (const at of placesOfModules(made)) {
    const module = valueAt(made, at) as { readonly file?: unknown };
    if (typeof module?.file === "string") made = setAt(made, `${at}.sha256`, sums(module.file));
  }
  const configuration = readConfiguration(made);
  const given = (key: "series" | "label" | "scope") =>
    [...point]
      .reverse()
      .concat(part)
      .reduce<string | undefined>((inner, { [key]: text }) => {
        return text === undefined ? inner : filled(text, inner, { configuration, varied });
      }, undefined);
  const differing = Object.entries(varied).map(([at, value]) => `${lastStep(at)} ${worded(value)}`);
  const scope = given("scope");
  return {
    hash: hashOf(configuration),
    part: part.name,
    series: given("series") ?? part.name,
    label: given("label") ?? (differing.join(", ") || part.name),
    ...(scope !== undefined && { scope }),
    varied,
    configuration,
  };
}

/** A point within the points that its lists are in, from the outermost to itself. */
type Chain = readonly SweepPoint[];

/** The points of a list, with those of lists that it names and that are in it. */
function pointsOf(
  list: readonly (SweepPoint | string)[],
  lists: NonNullable<Sweep["lists"]>,
): readonly Chain[] {
  return list.flatMap((entry): readonly Chain[] => {
    if (typeof entry === "string") return lists[entry].map((point) => [point]);
    return entry.list ? pointsOf(entry.list, lists).map((chain) => [entry, ...chain]) : [[entry]];
  });
}

/** The combinations of the grids of a point and of those around it. */
function gridsOf(chain: Chain): Iterable<Settings> {
  return combinations(Object.assign({}, ...chain.map(({ grid }) => grid)));
}

/** Samples with all combinations of the grid. */
function* settingsOf({ sample, grid }: SweepPart): Generator<Settings> {
  for (let i = 0; i < (sample?.count ?? 1); i++) {
    const values = sample ? drawn(sample.of, sample.seed, i) : {};
    for (const combination of combinations(grid ?? {})) yield { ...values, ...combination };
  }
}

/** Every combination of the values of a grid; the last place changes fastest. */
function* combinations(grid: GridValues): Generator<Settings> {
  const [first, ...rest] = Object.entries(grid);
  if (!first) return yield {};
  const [at, values] = first;
  for (const value of values)
    for (const others of combinations(Object.fromEntries(rest))) yield { [at]: value, ...others };
}

/** A text with the values of places put in: {path}, {step} where one varied path ends so, {label} for the point's own. */
function filled(
  text: string,
  own: string | undefined,
  { configuration, varied }: Pick<SweepRun, "configuration" | "varied">,
): string {
  return text.replace(/\{([\w.-]+)\}/g, (_, name: string) => {
    if (/^(series|label|scope)$/.test(name)) {
      if (own === undefined)
        throw new RangeError(`{${name}} stands for a name of the list's point, which has none.`);
      return own;
    }
    const short = Object.keys(varied).filter((at) => at === name || lastStep(at) === name);
    const value = short.length === 1 ? varied[short[0]] : valueAt(configuration, name);
    if (value === undefined) throw new RangeError(`{${name}} names no value of the configuration.`);
    return worded(value);
  });
}

function worded(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const named = (value as { name?: unknown }).name;
  return typeof named === "string" ? named : JSON.stringify(value);
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function told(part: SweepPart, chain: Chain, varied: Settings): string {
  const values = Object.entries(varied).map(([at, value]) => `${at} = ${shown(value)}`);
  const labels = chain.flatMap(({ label }) => (label ? [shown(label)] : []));
  return [shown(part.name), ...labels, ...values].join(", ");
}

function placesOfModules(configuration: unknown): readonly string[] {
  const phases = valueAt(configuration, "phases");
  const own = Array.isArray(phases) ? phases.map((_, i) => `phases.${i}.data`) : [];
  return ["data.module", "model.module", ...own].filter(
    (at) => typeof valueAt(configuration, at) === "object" && valueAt(configuration, at) !== null,
  );
}

/** The checksums of all modules that a sweep names anywhere, computed once. */
async function sumsOf(sweep: Sweep, folder: string): Promise<Sums> {
  const found = new Set<string>();
  JSON.stringify(sweep, (key, value) => {
    // A module is named by { file } in an object, or by a path that ends in it.
    if ((key === "file" || key.endsWith(".file")) && typeof value === "string") found.add(value);
    if (key.endsWith(".file") && Array.isArray(value)) for (const one of value) found.add(String(one));
    return value;
  });
  const sums = new Map<string, string>();
  for (const file of found) sums.set(file, await moduleSum(path.resolve(folder, file)));
  return (file) => {
    const sum = sums.get(file);
    if (sum === undefined)
      throw new RangeError(`The module ${shown(file)} is not named as a file in the sweep.`);
    return sum;
  };
}
