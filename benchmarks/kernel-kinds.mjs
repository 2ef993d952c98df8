import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { venvProgram } from "../scripts/python.mjs";
import { ROOT } from "../scripts/setup.mjs";
import { kernelSides } from "./kernel.mjs";
import { jsonWorker } from "./lib/json-worker.mjs";
import { KINDS, runKind, writeNeighbours } from "./lib/kernel-kinds.mjs";
import { table } from "./lib/table.mjs";

const SIDES = ["ours", "deno", "tslab"];

/**
 * Which kinds of cells work in this project's kernel, in Deno's and in stock tslab.
 * @param {{ quick?: boolean }} options quick: our kernel only
 * @returns {Promise<object>} the outcome of each kind; `agree` tells whether all work in ours
 */
export async function benchmark({ quick = false } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-kinds-"));
  try {
    const all = await kernelSides();
    const names = quick ? SIDES.slice(0, 1) : SIDES;
    for (const name of names) {
      const { argv, env } = all[name];
      const spec = path.join(folder, "kernels", name);
      fs.mkdirSync(spec, { recursive: true });
      const mode = name === "deno" ? "message" : "signal";
      fs.writeFileSync(
        path.join(spec, "kernel.json"),
        JSON.stringify({ argv, env, display_name: name, language: "typescript", interrupt_mode: mode }),
      );
    }
    const beside = path.join(folder, "notebook");
    writeNeighbours(beside);
    const outcomes = {};
    for (const name of names) outcomes[name] = await outcomesOf(name, folder, beside);
    const rows = KINDS.map(({ name }) => ({
      name,
      ...Object.fromEntries(names.map((side) => [side, outcomes[side][name]])),
    }));
    print(names, rows);
    return {
      benchmark: "kernel-kinds",
      quick,
      agree: rows.every(({ ours }) => ours === "works"),
      rows,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Every kind in one kernel after another; a kernel that does not answer is replaced. */
async function outcomesOf(kernel, folder, cwd) {
  const outcomes = {};
  let bridge;
  for (const kind of KINDS) {
    bridge ??= await opened(kernel, folder, cwd);
    const { outcome } = await runKind(bridge.ask, kind);
    outcomes[kind.name] = outcome;
    if (outcome === "never answered") {
      await bridge.close();
      bridge = undefined;
    }
  }
  await bridge?.close();
  return outcomes;
}

async function opened(kernel, folder, cwd) {
  const worker = jsonWorker(venvProgram(ROOT, "python"), [path.join(ROOT, "tests", "kernel", "bridge.py")], {
    name: kernel,
    env: { JUPYTER_PATH: folder, DENO_DIR: path.join(folder, "deno") },
  });
  const ask = async (name, arguments_ = {}) => {
    const { value, error } = await worker.ask({ do: name, with: arguments_ });
    if (error) throw new Error(error);
    return value;
  };
  await ask("start", { cwd, kernel });
  return { ask, close: worker.close };
}

const SHORT = { works: "w", wrong: "x", "never answered": "H" };

function print(names, rows) {
  table(
    "Kinds of cells: w works, x is wrong or refused, H is never answered",
    ["", ...names],
    [
      ...rows.map((row) => [row.name, ...names.map((side) => SHORT[row[side]])]),
      [
        "works",
        ...names.map((side) => `${rows.filter((row) => row[side] === "works").length} of ${rows.length}`),
      ],
    ],
  );
}
