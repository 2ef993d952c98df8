import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { exportsOf, sources } from "../helpers/declarations";
import { ROOT } from "../helpers/root";

/** Files whose names no export contains, each with the reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "kernel/main.ts": "a process: what the kernel's specification starts",
  "kernel/process/main.ts": "a process: the cells'",
  "kernel/process/channel.ts": "the way to the server and the one from it",
  "kernel/process/protocol.ts": "the messages between the two processes",
  "learning/experiment/run.ts": "a process: one configuration",
  "learning/sweep/slurmTask.ts": "a process: a task of Slurm",
  "learning/sweep/poolWorker.ts": "a process: one of a pool",
  "learning/sweep/estimate.ts": "what runs cost, in time and on disk",
  "cells/interruptStopper.ts": "a thread",
  "cells/interruptWatcher.ts": "a thread",
  "show/still/stillImageProcess.ts": "a process: one still image",
  "show/lab/extension.mts": "what JupyterLab loads, by its own word",
  "show/lab/lumino.mts": "types of the package of that name",
  "common/platform.ts": "what Node and a browser do otherwise",
  "common/platform.browser.ts": "what Node and a browser do otherwise",
  "show/chart/theme.ts": "colours, axes and frame of all charts",
  "theory/exact/arithmetic.ts": "functions of equal rank: add, multiply, compare …",
  "theory/exact/rounding.ts": "functions of equal rank: up and down",
  "theory/relu/limits.ts": "numbers of equal rank: what no construction exceeds",
  "learning/method/methods.ts": "the list of all methods, its default export",
};

/** Whether one of the file's exports contains the file's name, in any case. */
function isNamedAfterAnExport(file: string): boolean {
  const name = path
    .basename(file)
    .replace(/(\.browser)?\.\w+$/, "")
    .toLowerCase();
  return exportsOf(file).some((exported) => exported.toLowerCase().includes(name));
}

test("each file of src is named after something it exports, but for those with a reason", () => {
  expect(sources.length).toBeGreaterThan(300);
  const others = sources.filter((file) => !isNamedAfterAnExport(file));
  expect(others.filter((file) => !(file in OTHERWISE))).toEqual([]);
});

test("no file that the list excuses is missing, or named after what it exports after all", () => {
  const idle = Object.keys(OTHERWISE).filter((file) => !sources.includes(file) || isNamedAfterAnExport(file));
  expect(idle).toEqual([]);
});

test.each(["theory", "learning", "show"])(
  "src/%s/index.ts has one list for each folder, under its name",
  (door) => {
    const text = fs.readFileSync(path.join(ROOT, "src", door, "index.ts"), "utf8");
    const [, ...lists] = text.split(/^\/\/ (?=\w+\n\n)/m);
    const folders = lists.map((list) => {
      const [heading] = list.split("\n");
      const from = [...list.matchAll(/ from "\.\/(\w+)\//g)].map(([, folder]) => folder);
      expect([...new Set(from)]).toEqual([heading]);
      return heading;
    });
    expect(folders.length).toBeGreaterThan(2);
    expect(new Set(folders).size).toBe(folders.length);
    expect(text.match(/^\/\//gm)).toHaveLength(folders.length);
  },
);
