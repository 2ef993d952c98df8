import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cacheFolder } from "../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { ROOT } from "./setup.mjs";

const FORMAT = "run-failure/1";
const { backboneFile } = createRequire(import.meta.url)(
  path.join(ROOT, "dist", "learning", "experiment", "storedBackbone.js"),
);
const { completed, hashOf } = createRequire(import.meta.url)(
  path.join(ROOT, "dist", "learning", "experiment", "configuration.js"),
);

/**
 * The failed runs of a plan, one file for each until the run succeeds, and the backbones that failed at this start.
 * A run that begins with such a backbone would fail in the same way, after as long: it is not started.
 */
export function failuresIn(folder) {
  const fileOf = ({ configuration }) => path.join(folder, `${hashOf(configuration)}.json`);
  const backbones = new Map();
  return {
    /** What an earlier start has noted. */
    of(run) {
      const file = fileOf(run);
      return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
    },
    /** Notes a failure: its reason, its phase if that is known, and the run whose backbone was missing. */
    record(run, { reason, phase, startsFrom }) {
      const { part, series, label, configuration } = run;
      const hash = hashOf(configuration);
      const failure = {
        format: FORMAT,
        hash,
        part,
        series,
        label,
        reason,
        ...(startsFrom && { startsFrom }),
        at: new Date().toISOString(),
        configuration,
      };
      writeWholeSync(fileOf(run), `${JSON.stringify(failure, null, 1)}\n`);
      const backbone = startsFrom ? undefined : backbonesOf(configuration)[phase];
      if (backbone) backbones.set(path.basename(backbone), { series, label, hash, reason });
      return failure;
    },
    forget(run) {
      fs.rmSync(fileOf(run), { force: true });
    },
    /** The failed run whose backbone this one would begin with; undefined if none failed. */
    before({ configuration }) {
      const files = backbonesOf(configuration).map((file) => path.basename(file));
      return files.map((name) => backbones.get(name)).find((failed) => failed !== undefined);
    },
  };
}

/** The phase in which a process ended without a message: the first that left no backbone. */
export function phaseWithoutBackbone(configuration) {
  const missing = backbonesOf(configuration).findIndex((file) => !fs.existsSync(file));
  return missing === -1 ? configuration.phases.length - 1 : missing;
}

/** The files that exist after each phase but the last. */
function backbonesOf(configuration) {
  const run = completed(configuration);
  const folder = path.join(cacheFolder(), "checkpoints");
  return run.phases.slice(1).map((_, i) => backboneFile(folder, run, i + 1));
}
