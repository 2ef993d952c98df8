// `npm run reproduce`: trains everything that notebooks 08 to 10 quote, one process at a time, in about nine hours
// on two cores. Ctrl-C stops it; the same command goes on after the last finished epoch.
//   npm run reproduce -- --list                    what there is, what is done, how long the rest will take
//   npm run reproduce -- --part table-2            only this part (may be given several times)
//   npm run reproduce -- --results data/results    add what is missing to the project's own results
//   npm run reproduce -- --no-setup                take the checkout as it is
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { duration } from "./duration.mjs";
import { figures, summary, table } from "./reproduction-report.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { SetupError } from "./setup-error.mjs";
import { writeAtomically } from "./stamp.mjs";

const INTERRUPTED = 130;

async function main(args) {
  const { list, part: parts, results, setup } = options(args);
  const report = path.join(ROOT, "artefacts", "reproduction");
  if (setup) await setUp();
  const library = await import("intrinsic-params");
  const unknown = parts.find((part) => !(part in library.REPRODUCTION_PARTS));
  if (unknown)
    throw new SetupError(
      `There is no part ${unknown}.`,
      `The parts are ${Object.keys(library.REPRODUCTION_PARTS).join(", ")}.`,
    );
  const plan = library.reproductionPlan().filter((run) => parts.length === 0 || parts.includes(run.part));
  const runs = [];
  for (const run of plan) {
    const stored = await library.storedResult(run.configuration);
    runs.push({ ...run, stored, result: await library.storedResult(run.configuration, results) });
  }
  announce(library.REPRODUCTION_PARTS, runs, results);
  if (list) return 0;
  for (const [index, run] of runs.entries()) {
    if (run.result) continue;
    console.log(`\n[${index + 1}/${runs.length}] ${run.part}: ${run.series}, ${run.label}`);
    const code = await runAlone(run.configuration, results);
    if (code === INTERRUPTED) {
      console.log("\nStopped. The same command goes on from here.");
      return INTERRUPTED;
    }
    if (code !== 0)
      throw new SetupError("This run failed (see above).", "Mend it, then run the same command again.");
    run.result = await library.storedResult(run.configuration, results);
  }
  const text = summary(runs, library);
  const file = path.join(report, "summary.md");
  const pictures = figures(runs, library);
  for (const { name, figure } of pictures)
    writeAtomically(path.join(report, name), await library.stillImage(figure));
  const links = pictures.map(({ name, figure }) => `![${figure.layout.title.text}](${name})`);
  writeAtomically(file, `${text}\n${links.join("\n\n")}\n`);
  console.log(`\n${text}\nAll of it, with Fig. 5 and the curves: ${path.relative(process.cwd(), file)}`);
  return 0;
}

function options(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        list: { type: "boolean", default: false },
        part: { type: "string", multiple: true, default: [] },
        results: { type: "string", default: path.join(ROOT, "artefacts", "reproduction") },
        "no-setup": { type: "boolean", default: false },
      },
    });
    return { ...values, results: path.resolve(values.results), setup: !values["no-setup"] };
  } catch (error) {
    throw new SetupError(error.message, "npm run reproduce -- [--list] [--part NAME] [--results FOLDER]");
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
    const time = `${duration(seconds)}${unknown ? ` and ${unknown} of unknown length` : ""}`;
    return [[part, words, String(own.length), String(own.length - open.length), open.length ? time : "–"]];
  });
  console.log(table(["part", "what", "runs", "done", "still to take"], rows));
  console.log(
    `\nTimes are those of the stored results, on ${machines(runs)}. A run takes all cores and up to 4 GB of memory;` +
      `\nresults go to ${path.relative(process.cwd(), results) || "."}, backbones and checkpoints to the cache folder (about 1 GB).`,
  );
}

/** What the stored run took, without the beginning that it shares with one counted already. */
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

/** One configuration in a process of its own; Ctrl-C reaches it too, and it ends after writing its checkpoint. */
async function runAlone(configuration, results) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-reproduce-"));
  const file = path.join(folder, "configuration.json");
  fs.writeFileSync(file, JSON.stringify(configuration));
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    return await new Promise((resolve, reject) => {
      const script = path.join(ROOT, "dist", "experiment", "run.js");
      const child = spawn(process.execPath, [script, file, "--results", results], { stdio: "inherit" });
      process.once("SIGTERM", () => child.kill("SIGTERM"));
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
  } finally {
    process.off("SIGINT", ignore);
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
