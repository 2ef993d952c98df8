import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { kernelSpec } from "../scripts/install-kernel.mjs";
import { venvProgram } from "../scripts/python.mjs";
import { ROOT } from "../scripts/setup.mjs";
import { deno } from "./lib/deno.mjs";
import { summary } from "./lib/interleave.mjs";
import { jsonWorker } from "./lib/json-worker.mjs";
import { printKernel } from "./lib/kernel-report.mjs";

const FULL = { starts: 10, long: 3, cells: 1_000, next: 20, completions: 10, looping: 5 };
const QUICK = { starts: 2, long: 1, cells: 100, next: 5, completions: 3, looping: 2 };
/** Cells that are run before "the next cell" is timed. */
const WARM = 3;
/** Seconds that a kernel in an endless loop has to answer. */
const PATIENCE = 2;
/** Cells to either side of the one that is compared: a median of nine. */
const AROUND = 4;
/** Figures at the line count as met within this factor. */
const AT_THE_LINE = 1.1;

const TYPESCRIPT = {
  first: "const first: number = 6 * 7; first",
  answer: "42",
  library:
    'import { approximateLp, gallery } from "intrinsic-params";\nconst phi = approximateLp(gallery.smooth(1), { n: 4 });\nphi.grid.J',
  built: "16",
  next: "const a@: number = @ * 2; a@",
  nextLibrary: "const b@: number = phi.grid.J * @; b@",
  complete: "phi.",
  awaits: "await new Promise((done) => setTimeout(done, 2000));",
  loops: "while (true) {}",
};
const PYTHON = {
  first: "first: int = 6 * 7; first",
  answer: "42",
  library: "import math\nphi = math.pi\nround(5 * phi)",
  built: "16",
  next: "a@: int = @ * 2; a@",
  nextLibrary: "b@ = phi * @; b@",
  complete: "phi.",
  awaits: "import asyncio\nawait asyncio.sleep(2)",
  loops: "while True: pass",
};
/** Deno does not read this package; its φ is an object of the same form, which nothing is imported for. */
const DENO = { ...TYPESCRIPT, library: "const phi = { grid: { J: 16 }, bound: 1 };\nphi.grid.J" };

/** What starts each kernel, and what it is asked. */
export async function kernelSides() {
  const { program, version } = await deno();
  const ours = kernelSpec({ root: ROOT });
  const stock = path.join(ROOT, "node_modules", "tslab", "bin", "tslab");
  return {
    ours: { argv: ours.argv, env: { ...ours.env, INTRINSIC_PARAMS_HISTORY: "off" }, code: TYPESCRIPT },
    ipykernel: {
      argv: [venvProgram(ROOT, "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
      env: {},
      code: PYTHON,
    },
    deno: {
      argv: [program, "jupyter", "--kernel", "--conn", "{connection_file}"],
      env: { DENO_NO_UPDATE_CHECK: "1" },
      code: DENO,
      version,
    },
    tslab: {
      argv: [process.execPath, stock, "kernel", "--config-path={connection_file}"],
      env: ours.env,
      code: TYPESCRIPT,
    },
  };
}

/** Each figure with its unit, and its goal: a ratio to another figure, or a largest value. */
export const FIGURES = [
  { key: "ready", name: "ready", unit: "s", over: "ipykernel", goal: 0.9 },
  { key: "first", name: "start → first typed cell", unit: "s", over: "ipykernel", goal: 1.0 },
  {
    key: "library",
    name: "start → library, φ built (import math)",
    unit: "s",
    over: "ipykernel",
    goal: 1.5,
    without: ["deno"],
  },
  { key: "next", name: "next cell", unit: "ms", over: "ipykernel", goal: 1.5 },
  {
    key: "nextLibrary",
    name: "next cell, library imported",
    unit: "ms",
    over: "ipykernel",
    goal: 2,
    without: ["deno"],
  },
  { key: "growth", name: "cell N / cell 10", unit: "×", goal: 1.2 },
  { key: "complete", name: "completion of members", unit: "ms", over: "ipykernel", goal: 0.5 },
  { key: "awaiting", name: "completion while a cell awaits", unit: "ms", goal: 0.05 },
  { key: "heartbeat", name: "endless loop: heartbeat, slowest", unit: "ms", goal: 0.1 },
  { key: "info", name: "endless loop: kernel_info, slowest", unit: "ms", goal: 0.1 },
  { key: "loopComplete", name: "endless loop: completion, slowest", unit: "ms", goal: 0.1 },
  { key: "memory", name: "memory after N cells", unit: "MB", goal: 300e6 },
];

/**
 * This project's kernel beside ipykernel, Deno's and stock tslab: fresh kernels one at a time, in turn.
 * @param {{ quick?: boolean }} options
 * @returns {Promise<object>} all figures with their goals; `agree` tells whether our kernel gave every answer rightly
 */
export async function benchmark({ quick = false } = {}) {
  const size = quick ? QUICK : FULL;
  const started = performance.now();
  const sides = await kernelSides();
  const driver = jsonWorker(venvProgram(ROOT, "python"), [path.join(ROOT, "benchmarks", "kernel.py")], {
    name: "kernels'",
  });
  const denoFolder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-deno-"));
  sides.deno.env.DENO_DIR = denoFolder;
  // Written as for a reader, but not beside the reader's own.
  const historyFolder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-history-"));
  sides.ours.env.INTRINSIC_PARAMS_HISTORY = historyFolder;
  const ask = async (operation, request = {}) => {
    const { value, silent } = await driver.ask({ operation, ...request });
    if (silent) throw new Silent(operation);
    return value;
  };
  const told = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const trouble = [];
  const load = os.loadavg()[0];
  const round = async (name, measure) => {
    const figures = { wrong: [] };
    told[name].push(figures);
    try {
      await measure(figures, ask, sides[name], size);
    } catch (error) {
      // What was measured before it fell silent counts.
      if (!(error instanceof Silent)) throw error;
      trouble.push({ side: name, silent: error.message });
    } finally {
      await ask("stop");
    }
  };
  try {
    const versions = await ask("versions");
    for (const measure of [
      ...Array.from({ length: size.starts }, () => [firstCells, withLibrary]).flat(),
      ...Array.from({ length: size.long }, () => manyCells),
    ])
      for (const name of Object.keys(sides)) await round(name, measure);
    const machine = {
      cpu: os.cpus()[0]?.model ?? "unknown",
      cores: os.cpus().length,
      load: [load, os.loadavg()[0]].map((x) => Number(x.toFixed(2))),
      platform: `${process.platform} ${process.arch}`,
      node: process.versions.node,
      deno: sides.deno.version,
      tslab: JSON.parse(fs.readFileSync(path.join(ROOT, "node_modules", "tslab", "package.json"), "utf8"))
        .version,
      ...versions,
    };
    const wrong = told.ours.flatMap((figures) => figures.wrong);
    const result = {
      ...{ benchmark: "kernel", quick, machine, size },
      agree: wrong.length === 0 && trouble.every(({ side }) => side !== "ours"),
      rows: FIGURES.map((figure) => row(figure, told)),
      ...{ wrong, trouble },
      memory: Object.fromEntries(
        Object.entries(told).map(([name, starts]) => [name, starts.at(-1).processes ?? null]),
      ),
      seconds: (performance.now() - started) / 1000,
    };
    printKernel(result);
    return result;
  } finally {
    await driver.close();
    for (const folder of [denoFolder, historyFolder]) fs.rmSync(folder, { recursive: true, force: true });
  }
}

class Silent extends Error {}

const start = (ask, { argv, env }) => ask("start", { argv, env, cwd: path.join(ROOT, "notebooks") });
const middle = (values) => summary(values).median;
const secondsOf = (answers) => middle(answers.map(({ seconds }) => seconds));
/** Answers that are not as they should be. */
const differing = (runs, expected) =>
  runs.filter(({ shown }, i) => shown !== expected(i)).map(({ shown, status }) => ({ shown, status }));

/** One start: ready, the first cell, the next ones. */
async function firstCells(figures, ask, { code, ...side }, { next }) {
  figures.ready = (await start(ask, side)).seconds;
  const first = await ask("first", { code: code.first });
  figures.first = first.seconds;
  figures.wrong.push(...differing([first], () => code.answer));
  const { ran } = answered(await ask("cells", { code: code.next, count: WARM + next }));
  figures.next = secondsOf(ran.slice(WARM));
  figures.wrong.push(...differing(ran, (i) => String(2 * i)));
}

/** One start: the library in the first cell, the next ones, help while typing, at rest and while cells run. */
async function withLibrary(figures, ask, { code, ...side }, { next, completions, looping }) {
  figures.ready = (await start(ask, side)).seconds;
  const library = await ask("first", { code: code.library });
  figures.library = library.seconds;
  figures.wrong.push(...differing([library], () => code.built));
  const { ran } = answered(await ask("cells", { code: code.nextLibrary, count: WARM + next }));
  figures.nextLibrary = secondsOf(ran.slice(WARM));
  await ask("complete", { code: code.complete, count: 2 });
  const complete = await ask("complete", { code: code.complete, count: completions });
  figures.complete = secondsOf(complete);
  figures.wrong.push(...complete.filter(({ matches }) => matches === 0));
  figures.awaiting = await ask("awaiting", { cell: code.awaits, code: code.complete, count: 3 });
  const loop = await ask("looping", {
    ...{ cell: code.loops, code: code.complete, timeout: PATIENCE, count: looping },
  });
  Object.assign(figures, { heartbeat: loop.heartbeat, info: loop.info, loopComplete: loop.complete });
}

/** One start: many cells, how their time grows, and what memory they leave taken. */
async function manyCells(figures, ask, { code, ...side }, { cells }) {
  await start(ask, side);
  const { ran } = answered(await ask("cells", { code: code.next, count: cells }));
  const { bytes, processes } = await ask("memory", { apart: path.join("show", "still") });
  const around = (cell) => secondsOf(ran.slice(cell - 1 - AROUND, cell + AROUND));
  Object.assign(figures, { growth: around(cells - AROUND) / around(10), memory: bytes, processes });
  figures.wrong.push(...differing(ran, (i) => String(2 * i)));
}

function answered(result) {
  if (result.silent !== null) throw new Silent(`Cell ${result.silent + 1} was not answered.`);
  return result;
}

/** A figure of all sides, the ratio that its goal is about, formed within a round, and whether it is met. */
function row({ key, name, unit, over, goal, without = [] }, told) {
  const of = (side) => (without.includes(side) ? [] : told[side].filter((start) => key in start));
  const values = (side) => of(side).map((start) => start[key]);
  const sides = Object.fromEntries(
    Object.keys(told).map((side) => {
      const heard = values(side).filter((value) => value !== null);
      if (values(side).length === 0) return [side, null];
      return [side, heard.length < values(side).length ? { unanswered: true } : summary(heard)];
    }),
  );
  const ratios = over
    ? told.ours.flatMap((start, i) =>
        start[key] && told[over][i]?.[key] ? [start[key] / told[over][i][key]] : [],
      )
    : [];
  const ratio = ratios.length > 0 ? summary(ratios) : null;
  const figure = over ? ratio?.median : sides.ours?.median;
  const met = figure !== undefined && figure <= goal * AT_THE_LINE;
  return { key, name, unit, over: over ?? null, goal, sides, ratio, met };
}
