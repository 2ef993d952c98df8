import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Settings, Sweep, SweepPart } from "../../src/learning";
import { type SweepFolders, sweepFolders } from "../../src/learning/sweep/sweepFolders";
import { writeOwnModules } from "./ownModules";

/** A folder with a sweep file, the modules of its runs, which take a tenth of a second each, and room for results. */
export type OwnSweep = {
  readonly folder: string;
  readonly file: string;
  readonly folders: SweepFolders;
  at(...names: string[]): string;
  remove(): void;
};

const ALL = { method: { name: "weights", train: "all" }, batch: 10 };

/** Two phases on points in three classes; runs that differ in their last phase share the first. */
export const OWN_CONFIGURATION: Settings = {
  data: { name: "module", module: { file: "points.mjs" }, validation: 0.25 },
  model: { name: "module", module: { file: "network.mjs", export: "network", options: { units: 8 } } },
  phases: [
    { ...ALL, epochs: 3 },
    { ...ALL, epochs: 4, learningRate: { start: 0.02, factor: 0.9 } },
  ],
  seed: 0,
};

/** Writes a sweep of these parts. */
export function ownSweep(parts: readonly SweepPart[], more: Partial<Sweep> = {}): OwnSweep {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sweep ü-"));
  writeOwnModules(folder);
  const file = path.join(folder, "own.json");
  const sweep: Sweep = {
    format: "sweep/1",
    name: "own",
    configuration: OWN_CONFIGURATION,
    parts,
    resources: { threads: 1, gigabytes: 2 },
    ...more,
  };
  fs.writeFileSync(file, JSON.stringify(sweep));
  return {
    folder,
    file,
    folders: sweepFolders("own", { results: path.join(folder, "results") }),
    at: (...names) => path.join(folder, ...names),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the results of a folder say, by hash, without what the clock, the machine and the process say. */
export function numbersIn(results: string): Readonly<Record<string, unknown>> {
  const names = fs.readdirSync(results).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
  const OTHERS = /^(seconds|provenance|started|finished|checksum|commit|machine|versions|backend)$/;
  return Object.fromEntries(
    names
      .sort()
      .map((name) => [
        name,
        JSON.parse(fs.readFileSync(path.join(results, name), "utf8"), (key, value) =>
          OTHERS.test(key) ? undefined : value,
        ),
      ]),
  );
}
