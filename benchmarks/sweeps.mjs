import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { summary } from "./lib/interleave.mjs";
import { emptySweep, miniSweep, standIns, wholeSweep } from "./lib/mini-sweep.mjs";
import { pythonEnvironment } from "./lib/python-environment.mjs";
import { digits, table, times } from "./lib/table.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, "..");
const require_ = createRequire(import.meta.url);
const built = (name) => require_(path.join(ROOT, "dist", "learning", `${name}.js`));

const FULL = {
  ...{ empty: 200, mini: 100, epochs: 8, alone: 5, tasks: 100, sizes: [1000, 10_000, 100_000] },
  whole: { runs: 4, images: 12_800, rounds: 3 },
};
const QUICK = {
  ...{ empty: 20, mini: 8, epochs: 4, alone: 1, tasks: 10, sizes: [100, 1000] },
  whole: { runs: 2, images: 1280, rounds: 1 },
};
const met = (yes) => (yes ? "met" : "missed");

/**
 * What a sweep costs besides the work: seconds a run of the pool, of Slurm, of GNU parallel and of Optuna, on the same
 * empty jobs; the pool on mini runs against the work itself; and the time of `status` against the number of runs.
 * @param {{ quick?: boolean }} options
 * @returns {Promise<object>} what was measured; `agree` tells whether every run of the pool came out
 */
export async function benchmark({ quick = false } = {}) {
  const size = quick ? QUICK : FULL;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-sweeps-"));
  try {
    const overhead = [];
    const pool = await inPool(
      emptySweep(path.join(folder, "empty"), size.empty),
      path.join(folder, "pool"),
      2,
    );
    overhead.push(["this pool, 2 processes, start included", size.empty, pool.wall - pool.work / 2]);
    overhead.push(["GNU parallel, 2 at once, /bin/true", size.empty, parallel(size.empty, ["true"])]);
    const alone = path.join(folder, "alone");
    const configurations = await writeConfigurations(emptySweep(alone, size.alone), alone);
    const run = path.join(ROOT, "dist", "learning", "experiment", "run.js");
    const command = [process.execPath, run, "{}", "--results", alone, "--checkpoints", alone];
    overhead.push([
      `GNU parallel, 2 at once, one process a run`,
      size.alone,
      parallel(configurations, command, alone),
    ]);
    overhead.push([
      "Optuna, 2 processes, a journal file",
      size.empty,
      await optuna(path.join(folder, "optuna"), size.empty),
    ]);
    const slurm = await onSlurm(path.join(folder, "slurm"), size.tasks);
    overhead.push(["Slurm, one task a run, 4 cores", size.tasks, slurm]);
    const rows = overhead.map(([name, count, seconds]) => ({
      name,
      jobs: Array.isArray(count) ? count.length : count,
      ...(typeof seconds === "number" && { milliseconds: (1000 * seconds) / count }),
      ...(typeof seconds === "string" && { why: seconds }),
    }));
    table(
      "Empty jobs: what one of them costs",
      ["", "jobs", "ms a job"],
      rows.map(({ name, jobs, milliseconds, why }) => [name, String(jobs), why ?? digits(milliseconds)]),
    );
    const mini = await inPool(
      miniSweep(path.join(folder, "mini"), size.mini, size.epochs),
      path.join(folder, "minis"),
      1,
    );
    const share = mini.wall / mini.work;
    table(
      "Mini runs in one process of a pool",
      ["", "runs", "work, s", "in all, s", "ratio", "goal 1.3"],
      [["", String(size.mini), digits(mini.work), digits(mini.wall), digits(share), met(share <= 1.3)]],
    );
    const whole = await wholeRuns(path.join(folder, "whole"), size.whole);
    table(
      "S1 at full width: two processes of one thread each, beside one process of two threads",
      ["", "runs", "by two threads, s", "by two processes, s", "runs an hour", "goal 1.4"],
      [
        [
          ...["", String(size.whole.runs), digits(whole.alone.median), digits(whole.together.median)],
          ...[times(whole.ratio), met(whole.ratio.median >= 1.4)],
        ],
      ],
    );
    const status = await statusTimes(path.join(folder, "status"), size.sizes);
    table(
      "status, results indexed: goal 2 s and 300 MB at 100,000 runs (stand-ins)",
      ["runs", "wall, s", "CPU, s", "MB"],
      status.map(({ runs, wall, cpu, megabytes }) => [
        String(runs),
        digits(wall),
        digits(cpu),
        digits(megabytes),
      ]),
    );
    return {
      benchmark: "sweeps",
      quick,
      overhead: rows,
      mini: { ...mini, ratio: share },
      whole,
      status,
      agree: pool.failed + mini.failed === 0,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Carries out a sweep in a pool: seconds in all, those of the work itself (its runs' own), and how many failed. */
async function inPool(file, results, workers) {
  const { localSweep } = built("sweep/localSweep");
  const { sweepFolders } = built("sweep/sweepFolders");
  let work = 0;
  const began = performance.now();
  const { failed } = await localSweep(file, {
    folders: sweepFolders(path.basename(file, ".json"), { results }),
    workers,
    onEvent: ({ kind, outcome }) => {
      if (kind === "outcome" && outcome.state === "done") work += outcome.seconds;
    },
  });
  return { wall: (performance.now() - began) / 1000, work, failed };
}

/** Seconds of the same runs by one process of two threads and by two of one, in turn; the ratio says how many more an hour. */
async function wholeRuns(folder, { runs, images, rounds }) {
  let count = 0;
  const side = (threads, workers) => async () => {
    const own = path.join(folder, String(count++));
    const { wall, failed } = await inPool(wholeSweep(own, runs, { images, threads }), own, workers);
    if (failed) throw new Error(`${failed} runs failed: ${own}`);
    return wall;
  };
  const sides = { together: side(1, 2), alone: side(2, 1) };
  const seconds = { together: [], alone: [] };
  for (let round = 0; round < rounds; round++)
    for (const [name, wall] of Object.entries(sides)) seconds[name].push(await wall());
  const ratio = summary(seconds.alone.map((wall, round) => wall / seconds.together[round]));
  return { together: summary(seconds.together), alone: summary(seconds.alone), ratio };
}

async function writeConfigurations(file, folder) {
  const { expandSweep } = built("index");
  const runs = await expandSweep(JSON.parse(fs.readFileSync(file, "utf8")), folder);
  return runs.map(({ hash, configuration }) => {
    const own = path.join(folder, `${hash}.configuration.json`);
    fs.writeFileSync(own, JSON.stringify(configuration));
    return own;
  });
}

/** Seconds of GNU parallel, or why there are none. */
function parallel(jobs, command, cwd = ROOT) {
  const inputs = Array.isArray(jobs) ? jobs : Array.from({ length: jobs }, (_, i) => String(i));
  const began = performance.now();
  const found = spawnSync("parallel", ["--will-cite", "-j2", ...command], {
    input: `${inputs.join("\n")}\n`,
    cwd,
    encoding: "utf8",
  });
  if (found.error?.code === "ENOENT") return "not installed";
  if (found.status !== 0) throw new Error(`GNU parallel failed: ${found.stderr}`);
  return (performance.now() - began) / 1000;
}

async function optuna(folder, jobs) {
  const python = await pythonEnvironment(path.join(HERE, "requirements-sweeps.txt"));
  fs.mkdirSync(folder);
  const { status, stdout, stderr } = spawnSync(
    python,
    [path.join(HERE, "lib", "empty_jobs.py"), folder, String(jobs), "2"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Optuna failed: ${stderr}`);
  return Number(stdout);
}

/** Seconds until tasks of a Slurm of our own have ended whose results were there before; or why there is none. */
async function onSlurm(folder, tasks) {
  const scripts = path.join(ROOT, "tests", "helpers", "slurm");
  const cluster = fs.mkdtempSync(path.join(os.tmpdir(), "slurm-"));
  fs.rmdirSync(cluster);
  const up = spawnSync("bash", [path.join(scripts, "up.sh"), cluster, "1", "4"], { encoding: "utf8" });
  if (up.status !== 0) return "not installed";
  const env = { ...process.env, SLURM_CONF: path.join(cluster, "slurm.conf") };
  const ask = (...command) => spawnSync(command[0], command.slice(1), { env, encoding: "utf8" });
  try {
    const file = emptySweep(folder, tasks);
    fs.writeFileSync(
      file,
      fs.readFileSync(file, "utf8").replace('"gigabytes":2', '"gigabytes":0.9,"pack":0.001'),
    );
    const results = path.join(folder, "results");
    ask("scontrol", "update", "NodeName=n1", "State=DRAIN", "Reason=benchmark");
    const started = ask(
      process.execPath,
      path.join(ROOT, "scripts", "sweep.mjs"),
      "start",
      file,
      "--slurm",
      "--results",
      results,
      "--no-setup",
    );
    if (started.status !== 0) throw new Error(started.stderr);
    await fillResults(file, results);
    const began = performance.now();
    ask("scontrol", "update", "NodeName=n1", "State=RESUME");
    while (ask("squeue", "-h").stdout !== "") await new Promise((resolve) => setTimeout(resolve, 100));
    return (performance.now() - began) / 1000;
  } finally {
    spawnSync("bash", [path.join(scripts, "down.sh"), cluster, "--rm"]);
  }
}

/** Stand-ins for the results of a sweep; only the first run is trained. */
async function fillResults(file, results) {
  const { expandSweep, runExperiment } = built("index");
  const { checksumOf } = built("experiment/checksumOf");
  const folder = path.dirname(file);
  const runs = await expandSweep(JSON.parse(fs.readFileSync(file, "utf8")), folder);
  const first = path.join(folder, "first");
  const { result } = await runExperiment(runs[0].configuration, {
    results: first,
    checkpoints: first,
    modules: folder,
  });
  standIns(runs, result, results, checksumOf);
}

/** Time and memory of `status` in a process of its own, for sweeps of some sizes. */
async function statusTimes(folder, sizes) {
  const rows = [];
  for (const runs of sizes) {
    const own = path.join(folder, String(runs));
    const file = emptySweep(own, runs);
    const results = path.join(own, "results");
    await fillResults(file, results);
    const { sweepRows } = built("index");
    // What is known of results is kept in an index, once for all.
    await sweepRows(file, results);
    const args = [
      path.join(ROOT, "scripts", "sweep.mjs"),
      "status",
      file,
      "--results",
      results,
      "--no-setup",
    ];
    const began = performance.now();
    const code = 'process.on("exit", () => console.error(JSON.stringify(process.resourceUsage())))';
    const { stderr, stdout } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(code)}`, ...args],
      { encoding: "utf8" },
    );
    const wall = (performance.now() - began) / 1000;
    if (!stdout.includes(`${runs.toLocaleString("en")} of ${runs.toLocaleString("en")} runs done`))
      throw new Error(stdout + stderr);
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(stderr.trim().split("\n").at(-1));
    rows.push({ runs, wall, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 });
    fs.rmSync(own, { recursive: true });
  }
  return rows;
}
