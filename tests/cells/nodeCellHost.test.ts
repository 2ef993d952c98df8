import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";
import { compiled } from "./cells";

/** Runs cells in a process of its own, as built, which hears Stop as the kernel does. */
async function inProcess(codes: readonly string[], stopAfter?: number): Promise<Record<string, unknown>[]> {
  const cells = codes.map((code, i) => ({
    ...compiled(code),
    words: [...compiled(code).words],
    label: `${i + 1}`,
  }));
  const program = `
    const { Interrupts } = require("./dist/cells/interrupts");
    const interrupts = new Interrupts();
    const { NodeCellHost } = require("./dist/cells/nodeCellHost");
    const { NotebookRunner } = require("./dist/cells/notebookRunner");
    const { installStackTraces } = require("./dist/cells/stackTrace");
    const { Interruption } = require("./dist/cells/interruption");
    installStackTraces();
    const runner = new NotebookRunner(new NodeCellHost({ directory: process.cwd() + "/notebooks", tslab: () => ({}) }));
    // The threads that hear a Stop keep no process alive.
    const alive = setInterval(() => {}, 1000);
    (async () => {
      await interrupts.ready;
      for (const cell of ${JSON.stringify(cells)}) {
        const controller = new AbortController();
        interrupts.onStop = () => controller.abort(new Interruption());
        process.stdout.write("started\\n");
        const stopped = () => interrupts.take() !== undefined;
        const outcome = await runner.run({ ...cell, words: new Set(cell.words), signal: controller.signal, stopped });
        process.stdout.write(JSON.stringify(outcome) + "\\n");
      }
      interrupts.end();
      clearInterval(alive);
    })();
  `;
  const child = spawn(process.execPath, ["-e", program], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  let started = 0;
  for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>)
    for (const line of chunk.split("\n").filter(Boolean)) {
      if (line !== "started") lines.push(line);
      else if (stopAfter === started++) setTimeout(() => child.kill("SIGINT"), 300);
    }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const interrupted = { ename: "Interrupted", evalue: "the cell was stopped" };

test("a Stop ends a loop at once, keeps the names that were reached, and later cells run", async () => {
  const [, stopped, next] = await inProcess(
    [
      "let n = 0; function more() { n++ }",
      "const before = 1; for (;;) more(); const after = 2;",
      "[n > 0, before]",
    ],
    1,
  );
  expect(stopped).toMatchObject({ error: interrupted, reached: ["before"] });
  expect(next).toMatchObject({ value: [true, 1] });
});

test("a Stop ends a cell that awaits for ever, and a loop in a module while it loads", async () => {
  const [waiting] = await inProcess(["const a = 1; await new Promise(() => {}); const b = 2"], 0);
  expect(waiting).toMatchObject({ error: interrupted, reached: ["a"] });
  const [loading, next] = await inProcess(['import "../tests/cells/endless.cjs"; const a = 1', "'alive'"], 0);
  expect(loading).toMatchObject({ error: interrupted, reached: [] });
  expect(next).toMatchObject({ value: "alive" });
});

test("an import attribute that Node does not know is refused by Node", async () => {
  const [outcome] = await inProcess(['import x from "../package.json" with { type: "other" }']);
  expect(outcome).toMatchObject({ error: { evalue: expect.stringMatching(/"other"/) } });
});

test("the library is imported whole and by name, is the one that `require` gives, and its errors name the cell", async () => {
  const [outcome, failed] = await inProcess([
    'import { approximateUniform } from "intrinsic-params"; import * as all from "intrinsic-params"; [typeof approximateUniform, all.approximateUniform === approximateUniform, require("intrinsic-params").approximateUniform === approximateUniform]',
    "approximateUniform(undefined as never)",
  ]);
  expect(outcome).toMatchObject({ value: ["function", true, true] });
  const { traceback } = failed.error as { traceback: string[] };
  expect(traceback[1]).toBe("Cell [2], line 1:1");
  expect(traceback.join("\n")).not.toContain(path.join("dist", "cells"));
});
