// `npm run reproduce`: trains everything that notebooks 08 to 10 quote, about nine hours of work on two cores; then it
// chooses the curves' first rates again, which takes hours more. It is the sweep sweeps/reproduction.json: Ctrl-C stops
// it, the same command goes on, and runs that failed are tried again. At its end a summary puts everything beside what is
// stored with the project, and Table 2 beside the paper.
//   npm run reproduce -- --list                    what there is, what is done, how long the rest will take
//   npm run reproduce -- --part table-2            only this part (may be given several times)
//   npm run reproduce -- --results data/results    add what is missing to the project's own results
//   npm run reproduce -- --plan my-sweep.json      the same for a sweep file of your own, into artefacts/my-sweep
//   npm run reproduce -- --no-setup                take the checkout as it is
// Parts whose name begins with "curve-" get a picture of what their runs reach.

import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { figures, summary } from "./reproduction-report.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { SetupError, told } from "./setup-error.mjs";
import { carryOutHere, forgetFailures, INTERRUPTED } from "./sweep-here.mjs";
import { counted, planText } from "./sweep-report.mjs";

const ARTEFACTS = path.join(ROOT, "artefacts");
const OWN = path.join(ROOT, "sweeps", "reproduction.json");
const require_ = createRequire(import.meta.url);
const built = (name) => require_(path.join(ROOT, "dist", "learning", "sweep", `${name}.js`));

async function main(args) {
  const { list, part: chosen, file, results, report, setup } = options(args);
  if (setup) await setUp();
  const library = await import("intrinsic-params");
  const { sweep, runs: planned } = await built("sweepPlan").sweepJobs(file);
  const unknown = chosen.find((part) => !sweep.parts.some(({ name }) => name === part));
  if (unknown)
    throw new SetupError(
      `There is no part ${JSON.stringify(unknown)}.`,
      `The parts are ${sweep.parts.map(({ name }) => name).join(", ")}.`,
    );
  // Results may be the project's own: everything else goes beside the report. Backbones of earlier runs are of use.
  const checkpoints = path.join(cacheFolder(), "checkpoints");
  const folders = {
    ...built("sweepFolders").sweepFolders(sweep.name, { results: report, checkpoints }),
    results,
  };
  const input = { file, sweep, folders, values: { part: chosen }, epochs: true };
  if (list) {
    const { describePlan } = built("describePlan");
    console.log(planText(await describePlan(file, folders, { parts: chosen })));
    return 0;
  }
  const again = await forgetFailures(input);
  if (again)
    console.log(`${counted(again, "failure")} of an earlier start forgotten: what failed is tried again.`);
  const code = await carryOutHere(input);
  if (code === INTERRUPTED) return code;
  const runs = [];
  for (const run of planned) {
    if (chosen.length > 0 && !chosen.includes(run.part)) continue;
    const { result, failure } = await resultOf(run, results, library);
    const { result: stored, failure: unfit } = await resultOf(run, undefined, library);
    if (unfit) console.error(`✗ ${unfit.reason} Until then nothing stands beside this run.`);
    const noted = result ? undefined : await built("runFailure").readFailure(folders.failures, run.hash);
    runs.push({ ...run, result, stored, failure: failure ?? noted });
  }
  const text = summary(runs, library);
  const pictures = figures(runs, library);
  for (const { name, figure } of pictures)
    writeWholeSync(path.join(report, name), await library.stillImage(figure));
  const links = pictures.map(({ name, figure }) => `![${figure.layout.title.text}](${name})`);
  const written = path.join(report, "summary.md");
  writeWholeSync(written, `${text}\n${links.join("\n\n")}\n`);
  console.log(`\n${text}\nAll of it, with its figures: ${path.relative(process.cwd(), written)}`);
  const failed = runs.filter(({ failure }) => failure).length;
  if (failed)
    console.error(`✗ ${failed} of ${counted(runs.length, "run")} failed. The same command tries them again.`);
  return failed ? 1 : code;
}

/** A run's result, or why the file with the result's name is not one. */
async function resultOf({ configuration }, results, { storedResult }) {
  try {
    return { result: await storedResult(configuration, results) };
  } catch (error) {
    return { failure: { reason: error.message } };
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
    const file = path.resolve(values.plan ?? OWN);
    const folder = path.join(ARTEFACTS, path.parse(file).name);
    const results = path.resolve(values.results ?? folder);
    // The report of one reproduction does not belong in the project's own results.
    return { ...values, file, results, report: values.plan ? results : folder, setup: !values["no-setup"] };
  } catch (error) {
    throw new SetupError(
      error.message,
      "npm run reproduce -- [--list] [--part NAME] [--plan FILE] [--results FOLDER]",
    );
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(told("the reproduction", error));
    process.exitCode = 1;
  },
);
