// `npm run sweep -- COMMAND FILE`: many runs, described once in a sweep file (src/learning/sweep/README.md says how).
//   plan FILE            how many runs, what they take, what is done; starts nothing
//   start FILE           carries out what is left, in processes sized to this machine; Ctrl-C stops it, nothing is lost
//   start FILE --slurm   submits what is left to Slurm as job arrays, and returns
//   status FILE          where it stands; --json for programs
//   watch FILE           the same again and again, until all is done; on Slurm, submits what got lost or is new
//   stop FILE            ends what runs, wherever it runs, with checkpoints
//   resume FILE          start again
//   retry FILE --failed  forgets the failures, and starts
//   release FILE         lets tasks begin that Slurm holds
//   collect FILE         what came out: results.csv, results.json and a picture
// Options: --results FOLDER (artefacts/sweeps), --checkpoints FOLDER, --kmnist FOLDER, --workers N, --part NAME, --background,
// --to FOLDER of collect, --every SECONDS of watch, --sbatch OPTION (several times), --lease-seconds S, --no-setup.

import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { writeWhole, writeWholeSync } from "../src/common/writeWhole.cjs";
import { ROOT, setUp } from "./setup.mjs";
import { SetupError, told } from "./setup-error.mjs";
import { carryOutHere, forgetFailures } from "./sweep-here.mjs";
import { counted, planText, statusText } from "./sweep-report.mjs";

const require_ = createRequire(import.meta.url);
const built = (name) => require_(path.join(ROOT, "dist", "learning", `${name}.js`));

const COMMANDS = { plan, start, resume: start, retry, status, watch, stop, release, collect };
/** Those that compute need everything set up; the others only what is built. */
const SETS_UP = ["plan", "start", "resume", "retry", "collect"];

async function main(args) {
  const { command, file, values } = options(args);
  const needed = SETS_UP.includes(command) || !fs.existsSync(path.join(ROOT, "dist", "index.js"));
  if (needed && !values["no-setup"]) await setUp();
  const { readSweepFile } = built("sweep/sweepPlan");
  const { sweepFolders } = built("sweep/sweepFolders");
  const sweep = await readSweepFile(file);
  const folders = sweepFolders(sweep.name, values);
  const unknown = values.part.find((name) => !sweep.parts.some((part) => part.name === name));
  if (unknown)
    throw new SetupError(
      `There is no part ${JSON.stringify(unknown)}.`,
      `The parts are ${sweep.parts.map(({ name }) => name).join(", ")}.`,
    );
  return COMMANDS[command]({ file, sweep, folders, values });
}

function options(args) {
  const usage =
    "npm run sweep -- plan|start|status|watch|stop|resume|retry|release|collect FILE [options]; see the head of scripts/sweep.mjs.";
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        results: { type: "string", default: path.join(ROOT, "artefacts", "sweeps") },
        checkpoints: { type: "string" },
        kmnist: { type: "string" },
        workers: { type: "string" },
        part: { type: "string", multiple: true, default: [] },
        slurm: { type: "boolean", default: false },
        sbatch: { type: "string", multiple: true, default: [] },
        failed: { type: "boolean", default: false },
        background: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        to: { type: "string" },
        every: { type: "string", default: "5" },
        "lease-seconds": { type: "string" },
        "no-setup": { type: "boolean", default: false },
      },
    });
    const [command, file, ...more] = positionals;
    if (!Object.hasOwn(COMMANDS, command ?? "") || file === undefined || more.length > 0)
      throw new Error(`Expected a command and a sweep file; got ${JSON.stringify(positionals)}.`);
    return { command, file, values: { ...values, ...numbers(values) } };
  } catch (error) {
    throw new SetupError(error.message, usage);
  }
}

function numbers(values) {
  const found = {};
  for (const name of ["workers", "every", "lease-seconds"]) {
    const text = values[name];
    if (text === undefined) continue;
    const value = Number(text);
    if (!(value > 0 && Number.isFinite(value)) || (name === "workers" && !Number.isInteger(value)))
      throw new Error(`--${name} must be a number above 0; got ${JSON.stringify(text)}.`);
    found[name] = value;
  }
  return found;
}

async function plan({ file, sweep, folders, values }) {
  const { describePlan, diskFault } = built("sweep/describePlan");
  const { budgetFault } = built("sweep/budgetFault");
  const description = await describePlan(file, folders, { workers: values.workers, parts: values.part });
  console.log(planText(description));
  const { bytes, parts } = description;
  const runs = parts.reduce((sum, part) => sum + part.runs, 0);
  const fault = budgetFault(sweep, { runs, bytes }) ?? diskFault(folders, description);
  if (!fault) return 0;
  console.error(`✗ ${fault}`);
  return 1;
}

async function start({ file, sweep, folders, values }) {
  if (values.slurm) return submit({ file, sweep, folders, values });
  if (values.background) return inBackground(folders);
  return carryOutHere({ file, sweep, folders, values });
}

/** The same command in a process that outlives this one and its terminal; it has begun when this returns. */
async function inBackground(folders) {
  const log = path.join(folders.own, "start.log");
  fs.mkdirSync(folders.own, { recursive: true });
  const out = fs.openSync(log, "a");
  const args = process.argv.slice(2).filter((arg) => arg !== "--background");
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args, "--no-setup"], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  fs.closeSync(out);
  const { poolOf } = built("sweep/notePool");
  while (
    child.exitCode === null &&
    child.signalCode === null &&
    (await poolOf(folders.own))?.pid !== child.pid
  )
    await sleep(50);
  child.unref();
  const where = path.relative(process.cwd(), log);
  if (child.exitCode) {
    console.error(`✗ It ended at once; what it said: ${where}`);
    return child.exitCode;
  }
  console.log(`Process ${child.pid} carries it out; what it says: ${where}`);
  return 0;
}

async function retry(input) {
  if (!input.values.failed)
    throw new SetupError("retry begins failed runs again.", "npm run sweep -- retry FILE --failed");
  console.log(`${counted(await forgetFailures(input), "failure")} forgotten.`);
  return start(input);
}

async function statusNow({ file, folders, values }) {
  const { sweepPlan } = built("sweep/sweepPlan");
  const { sweepStatus } = built("sweep/sweepStatus");
  const { ResultIndex } = built("sweep/resultIndex");
  const [planned, index] = [await sweepPlan(file, folders.own), await ResultIndex.open(folders.index)];
  const found = await sweepStatus(planned, folders, index, { leaseSeconds: values["lease-seconds"] });
  await index.save();
  const mean = found.measured ? found.seconds / found.measured : undefined;
  const atOnce = Math.max(1, found.running);
  const left = mean === undefined ? undefined : (mean * (found.waiting + found.running / 2)) / atOnce;
  const pool = await built("sweep/notePool").poolOf(folders.own);
  const changed = pool && pool.plan !== planned.sum ? changedText(pool, file) : undefined;
  return { ...found, left, changed };
}

/** What the pool began with is what it carries out; on Slurm, watch submits what is new. */
const changedText = ({ pid, host }, file) =>
  `The sweep file, or a module of it, has changed since process ${pid} on ${host} began: that goes on with what it began with. ` +
  `To have what is new: npm run sweep -- stop ${file}, then npm run sweep -- resume ${file}`;

async function status({ file, sweep, folders, values }) {
  const { changed, ...found } = await statusNow({ file, folders, values });
  if (values.json) {
    console.log(
      JSON.stringify({ ...found, changed: changed !== undefined, parts: Object.fromEntries(found.parts) }),
    );
    return 0;
  }
  const queue = await built("sweep/slurmSweep").slurmState(folders);
  console.log(statusText(found, { name: sweep.name, left: found.left, queue, changed }));
  return 0;
}

async function watch({ file, sweep, folders, values }) {
  const { poolOf } = built("sweep/notePool");
  const { isAskedToStop } = built("sweep/requestStop");
  const { wasSubmitted } = built("sweep/submission");
  let [before, said] = ["", ""];
  for (;;) {
    const found = await statusNow({ file, folders, values });
    const { left, changed } = found;
    const text = statusText(found, { name: sweep.name, left, changed, detail: false });
    if (text !== before) console.log(text);
    before = text;
    const open = found.waiting + found.running;
    if (open === 0) {
      console.log(statusText(found, { name: sweep.name }));
      return found.failed || found.unfit.length ? 1 : 0;
    }
    const submitted = await wasSubmitted(folders);
    // Where somebody asked the sweep to stop, nobody submits anything again.
    const follows = submitted && !(await isAskedToStop(folders.own));
    const heard = follows ? await followed({ file, sweep, folders, values }) : "";
    if (heard && heard !== said) console.log(heard);
    said = heard;
    if (!submitted && !(await poolOf(folders.own))) {
      console.log("Nobody carries it out now: npm run sweep -- resume FILE");
      return 1;
    }
    await sleep(1000 * values.every);
  }
}

async function stop({ folders }) {
  const { poolOf } = built("sweep/notePool");
  const { requestStop } = built("sweep/requestStop");
  await requestStop(folders.own);
  const pool = await poolOf(folders.own);
  if (pool) {
    const { runsStill } = built("sweep/thisProcess");
    if (runsStill(pool)) process.kill(pool.pid, "SIGTERM");
  }
  const cancelled = await built("sweep/slurmSweep").cancelSweep(folders);
  console.log(
    pool || cancelled
      ? "Asked to stop; what is under way ends with a checkpoint."
      : "Nothing of it is known to run; what runs elsewhere stops within seconds.",
  );
  return 0;
}

async function release({ folders }) {
  console.log(`${counted(await built("sweep/slurmSweep").releaseSweep(folders), "task")} released.`);
  return 0;
}

/** More of them are no figure. */
const MOST_POINTS = 2000;

async function collect({ file, sweep, folders, values }) {
  // Rows come and go: V8 would let half a gigabyte of them lie before it looks for what may be freed.
  setFlagsFromString("--heap-growing-percent=20");
  const { csv } = built("sweep/csv");
  const { jsonList } = built("sweep/jsonList");
  const { meanPoints } = built("sweep/meanPoints");
  const { rows, count, keys, runs, unfit } = await built("sweep/sweepRows").finishedRuns(
    file,
    folders.results,
  );
  for (const { reason } of unfit) console.error(`✗ ${reason}`);
  if (count === 0) {
    console.error("✗ No run of it is finished yet.");
    return 1;
  }
  const counts = new Set();
  function* noted() {
    for (const row of rows) {
      counts.add(row.threads);
      yield row;
    }
  }
  const to = path.resolve(values.to ?? folders.own);
  await writeWhole(path.join(to, "results.csv"), csv(noted(), keys));
  await writeWhole(path.join(to, "results.json"), jsonList(rows));
  const written = ["results.csv", "results.json"];
  const points = meanPoints(rows, MOST_POINTS);
  if (points.length > 0) {
    const library = await import("intrinsic-params");
    const figure = library.accuracyChart(points, {
      title: sweep.about ?? `${sweep.name}: accuracy against trained numbers`,
    });
    writeWholeSync(path.join(to, "figure.json"), `${JSON.stringify(figure)}\n`);
    writeWholeSync(path.join(to, "figure.png"), await library.stillImage(figure));
    written.push("figure.json", "figure.png");
  }
  const threads = [...counts].sort((a, b) => a - b);
  console.log(
    `${count} of ${counted(runs, "run")}: ${written.join(", ")} in ${path.relative(process.cwd(), to) || "."}`,
  );
  if (threads.length > 1)
    console.log(
      `They were computed with ${threads.join(" and ")} threads, which differ in their last digits (column threads).`,
    );
  return unfit.length ? 1 : 0;
}

/** Gives what is left to Slurm. */
async function submit({ file, sweep, folders, values }) {
  const { slurmSweep } = built("sweep/slurmSweep");
  const { submitted, tasks, arrays, underWay, givenUp } = await slurmSweep(file, {
    folders,
    kmnistFolder: values.kmnist,
    leaseSeconds: values["lease-seconds"],
    parts: values.part,
    ...(values.sbatch.length > 0 && { options: values.sbatch }),
  });
  const others = underWay ? `; ${counted(underWay, "job")} under way` : "";
  console.log(
    submitted
      ? `${sweep.name}: ${counted(submitted, "job")} submitted, in ${counted(tasks, "task")} of ${counted(arrays, "array")}${others}.`
      : `${sweep.name}: nothing to submit${others}.`,
  );
  if (givenUp) console.error(`✗ ${counted(givenUp, "job")} given up: status says why.`);
  return givenUp ? 1 : 0;
}

/**
 * Submits what Slurm lost and what is new in the file; returns what is to be told: that it does not answer, or that
 * tasks are held.
 */
async function followed(input) {
  const { heldText, slurmSweep } = built("sweep/slurmSweep");
  const { folders, file, values, sweep } = input;
  try {
    const { submitted, tasks, held } = await slurmSweep(file, {
      folders,
      leaseSeconds: values["lease-seconds"],
      parts: values.part,
    });
    if (submitted)
      console.log(`${sweep.name}: ${counted(submitted, "job")} submitted, in ${counted(tasks, "task")}.`);
    return held ? heldText(held) : "";
  } catch (error) {
    return error.message;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(told("the sweep", error));
    process.exitCode = 1;
  },
);
