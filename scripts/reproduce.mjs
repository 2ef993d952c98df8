// `npm run reproduce`: trains everything that notebooks 08 to 10 quote, one process at a time, in about nine hours
// on two cores. Then it chooses the curves' first rates again, which takes hours more. Ctrl-C stops it; the same
// command goes on after the last finished epoch. If a run fails, its reason is noted in the folder `failures` beside
// the summary, which names the run; the others run, the exit code is 1, and the next start tries the failed run again.
//   npm run reproduce -- --list                    what there is, what is done, how long the rest will take
//   npm run reproduce -- --part table-2            only this part (may be given several times)
//   npm run reproduce -- --results data/results    add what is missing to the project's own results
//   npm run reproduce -- --plan my-plan.json       run a plan of your own, into artefacts/my-plan
//   npm run reproduce -- --no-setup                take the checkout as it is
// A plan is a list of { "part", "series", "label", "configuration" } as the library's PlannedRun. Parts whose name
// begins with "curve-" get a picture of what their runs reach.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { duration } from "../src/common/duration.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { figures, summary, table } from "./reproduction-report.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { SetupError } from "./setup-error.mjs";

const INTERRUPTED = 130;
const ARTEFACTS = path.join(ROOT, "artefacts");

async function main(args) {
  const { list, part: chosen, plan: own, results, report, setup } = options(args);
  if (setup) await setUp();
  const library = await import("intrinsic-params");
  const all = own ? readPlan(own, library) : library.reproductionPlan();
  const parts = own
    ? Object.fromEntries(all.map(({ part }) => [part, path.basename(own)]))
    : library.REPRODUCTION_PARTS;
  const unknown = chosen.find((part) => !Object.hasOwn(parts, part));
  if (unknown)
    throw new SetupError(
      `There is no part ${JSON.stringify(unknown)}.`,
      `The parts are ${Object.keys(parts).join(", ")}.`,
    );
  const plan = all.filter((run) => chosen.length === 0 || chosen.includes(run.part));
  // It reads the compiled library, which exists only now.
  const { failuresIn, phaseWithoutBackbone } = await import("./reproduction-failures.mjs");
  const failures = failuresIn(path.join(report, "failures"));
  const runs = [];
  for (const run of plan) {
    const { result: stored, refused } = await resultOf(run, undefined, library);
    if (refused) console.error(`✗ ${refused} Until then nothing stands beside this run.`);
    runs.push({ ...run, stored, ...(await resultOf(run, results, library)) });
  }
  announce(parts, runs, results);
  announceFailures(runs.filter((run) => !run.result).flatMap((run) => failures.of(run) ?? []));
  if (list) return 0;
  for (const [index, run] of runs.entries()) {
    if (!run.result) {
      console.log(`\n[${index + 1}/${runs.length}] ${run.part}: ${run.series}, ${run.label}`);
      const failed = run.refused ? { reason: run.refused } : await attempt(run);
      if (failed === INTERRUPTED) {
        console.log("\nStopped. The same command goes on from here.");
        return INTERRUPTED;
      }
      if (failed) {
        run.failure = failures.record(run, failed);
        console.error(`✗ This run failed, the next one follows: ${failed.reason}`);
        continue;
      }
    }
    failures.forget(run);
  }
  const text = summary(runs, library);
  const file = path.join(report, "summary.md");
  const pictures = figures(runs, library);
  for (const { name, figure } of pictures)
    writeWholeSync(path.join(report, name), await library.stillImage(figure));
  const links = pictures.map(({ name, figure }) => `![${figure.layout.title.text}](${name})`);
  writeWholeSync(file, `${text}\n${links.join("\n\n")}\n`);
  console.log(`\n${text}\nAll of it, with its figures: ${path.relative(process.cwd(), file)}`);
  const failed = runs.filter(({ failure }) => failure).length;
  if (failed === 0) return 0;
  console.error(`✗ ${failed} of ${runs.length} runs failed (see above). The same command tries them again.`);
  return 1;

  /** Runs it; returns the reason if it failed, INTERRUPTED if it was interrupted, else undefined. */
  async function attempt(run) {
    const startsFrom = failures.before(run);
    if (startsFrom) {
      const { series, label, reason } = startsFrom;
      return {
        reason: `it starts from the backbone of "${series}, ${label}", which failed: ${reason}`,
        startsFrom,
      };
    }
    const { code, told } = await runAlone(run.configuration, results);
    if (code === INTERRUPTED) return INTERRUPTED;
    if (code === 0) {
      Object.assign(run, await resultOf(run, results, library));
      return run.refused ? { reason: run.refused } : undefined;
    }
    if (told) return told;
    const reason = `its process ended with ${code}, without a word: the memory may have run out`;
    return { reason, phase: phaseWithoutBackbone(run.configuration) };
  }
}

/** A run's result, or why the file with the result's name is not one. */
async function resultOf({ configuration }, results, { storedResult }) {
  try {
    return { result: await storedResult(configuration, results), refused: undefined };
  } catch (error) {
    return { result: undefined, refused: error.message };
  }
}

function options(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        list: { type: "boolean", default: false },
        part: { type: "string", multiple: true, default: [] },
        plan: { type: "string" },
        results: { type: "string" },
        "no-setup": { type: "boolean", default: false },
      },
    });
    const name = values.plan ? path.parse(values.plan).name : "reproduction";
    const results = path.resolve(values.results ?? path.join(ARTEFACTS, name));
    // The report of one reproduction does not belong in the project's own results.
    const report = values.plan ? results : path.join(ARTEFACTS, name);
    return { ...values, results, report, setup: !values["no-setup"] };
  } catch (error) {
    throw new SetupError(
      error.message,
      "npm run reproduce -- [--list] [--part NAME] [--plan FILE] [--results FOLDER]",
    );
  }
}

/** The user's own plan; all its configurations are checked before any of them runs. */
function readPlan(file, { readConfiguration, REPRODUCTION_PARTS }) {
  try {
    const plan = JSON.parse(fs.readFileSync(file, "utf8"));
    if (!Array.isArray(plan) || plan.length === 0) throw new Error("Expected a list with one run at least.");
    for (const [index, run] of plan.entries()) {
      const texts = ["part", "series", "label"].filter((key) => typeof run?.[key] !== "string");
      if (texts.length > 0) throw new Error(`[${index}] must have a text as its ${texts.join(", ")}.`);
      // The part names a picture's file, and the reproduction's own parts are compared with the paper.
      if (!/^[\w-]+$/.test(run.part) || Object.hasOwn(REPRODUCTION_PARTS, run.part))
        throw new Error(
          `[${index}].part must be a name of your own of letters, digits, - and _; got ${JSON.stringify(run.part)}.`,
        );
      try {
        readConfiguration(run.configuration);
      } catch (error) {
        throw new Error(`[${index}].${error.message}`, { cause: error });
      }
    }
    return plan;
  } catch (error) {
    throw new SetupError(
      `The plan ${file} cannot be run: ${error.message}`,
      "Mend it; the head of scripts/reproduce.mjs says what a plan is.",
    );
  }
}

function announce(parts, runs, results) {
  const counted = new Set();
  const rows = Object.entries(parts).flatMap(([part, words]) => {
    const own = runs.filter((run) => run.part === part);
    if (own.length === 0) return [];
    const open = own.filter((run) => !run.result);
    const seconds = open.reduce((sum, run) => sum + secondsOf(run, counted), 0);
    const unknown = open.filter((run) => !run.stored).length;
    const known = open.length > unknown ? [duration(seconds)] : [];
    const time = [...known, ...(unknown ? [`${unknown} of unknown length`] : [])].join(" and ");
    return [[part, words, String(own.length), String(own.length - open.length), time || "–"]];
  });
  console.log(table(["part", "what", "runs", "done", "still to take"], rows));
  console.log(
    `\nTimes are those of the stored results, on ${machines(runs)}. A run takes all cores and up to 4 GB of memory;` +
      `\nresults go to ${path.relative(process.cwd(), results) || "."}, backbones and checkpoints to the cache folder (about 1 GB).`,
  );
}

function announceFailures(failed) {
  if (failed.length === 0) return;
  const lines = failed.map(({ part, series, label, reason }) => `  ${part}: ${series}, ${label}: ${reason}`);
  console.log(`\n${failed.length} failed at an earlier start and are tried again:\n${lines.join("\n")}`);
}

/** The seconds of the stored run, without a shared beginning that is already counted. */
function secondsOf({ stored, configuration }, counted) {
  if (!stored) return 0;
  return stored.phases.reduce((sum, { seconds }, index) => {
    const beginning = JSON.stringify({ ...configuration, phases: configuration.phases.slice(0, index + 1) });
    if (counted.has(beginning)) return sum;
    counted.add(beginning);
    return sum + seconds;
  }, 0);
}

function machines(runs) {
  const known = runs.flatMap(({ stored }) => (stored ? [stored.machine] : []));
  if (known.length === 0) return "no machine yet";
  return [...new Set(known.map(({ cores, processor }) => `${cores} cores of ${processor}`))].join("; ");
}

/**
 * Runs one configuration in a process of its own. Ctrl-C reaches that process too; it ends with the checkpoint of its
 * last epoch. `told` is what the process reported of its failure.
 */
async function runAlone(configuration, results) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-reproduce-"));
  const file = path.join(folder, "configuration.json");
  fs.writeFileSync(file, JSON.stringify(configuration));
  const script = path.join(ROOT, "dist", "learning", "experiment", "run.js");
  const child = spawn(process.execPath, [script, file, "--results", results], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  let stopped = false;
  let told;
  child.on("message", (message) => {
    told = message;
  });
  const stop = (signal) => {
    stopped = true;
    if (signal === "SIGTERM") child.kill(signal);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const [code, signal] = await once(child, "close");
    return { code: stopped ? INTERRUPTED : (code ?? signal), told };
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    fs.rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.name === "SetupError" ? error.toString() : error.stack);
    process.exitCode = 1;
  },
);
