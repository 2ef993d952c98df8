import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { awaitsAtTop } from "../../src/cells/awaitsAtTop";
import { mapsOfOutput } from "../../src/cells/emittedMaps";
import {
  createConverter,
  createExecutor,
  getCodeMetadata,
  tslabVersion,
  typescript,
} from "../../src/cells/tslab";
import { JupyterHandlerImpl, ZmqServer } from "../../src/kernel/zmqServer";
import { root } from "./kernel";

const load = createRequire(join(root, "package.json"));

test("tslab is installed, required and locked in exactly the version whose inside is used", () => {
  expect(tslabVersion).toBe("1.0.22");
  expect((load("tslab/package.json") as { version: string }).version).toBe(tslabVersion);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(manifest.dependencies.tslab).toBe(tslabVersion);
  expect(typescript.version).toBe("5.0.4");
});

test("the server has the methods that the kernel calls and replaces", () => {
  for (const name of [
    "init",
    "bindSocket",
    "handleShellMessage",
    "publishStatus",
    "handleKernelInfo",
    "handleExecute",
    "handleIsComplete",
    "handleInspect",
    "handleComplete",
    "handleCommInfoRequest",
    "handleShutdown",
    "close",
  ]) {
    expect(ZmqServer.prototype, name).toHaveProperty(name, expect.any(Function));
  }
  for (const name of ["handleComplete", "handleInspect", "handleIsComplete", "handleShutdown", "close"]) {
    expect(JupyterHandlerImpl.prototype, name).toHaveProperty(name, expect.any(Function));
  }
});

test("a comment's tags say what a cell is", () => {
  expect(getCodeMetadata("/** @browser */\n1").mode).toBe("browser");
  expect(getCodeMetadata("/** @module x */\n1").module).toBe("x");
  expect(getCodeMetadata("1 // @browser")).toEqual({});
});

test("the converter gives output, diagnostics, declarations, the name of the last expression, and maps", () => {
  const converter = createConverter({});
  try {
    const good = converter.convert("declare const a: number;\n", "interface X { y: 1 }\nconst b = a + 1;\nb");
    expect(good.diagnostics).toEqual([]);
    expect(good.output).toContain("exports.a + 1");
    expect(good.declOutput).toContain("declare const b: number;");
    expect(good.output).toContain(`exports.${good.lastExpressionVar} = b`);
    expect(mapsOfOutput.get(good.output!)).toEqual({
      toModule: expect.stringContaining('"mappings"'),
      toTypeScript: expect.stringContaining('"mappings"'),
    });
    const bad = converter.convert("", "const n: number = 'a';");
    expect(bad.output).toBeUndefined();
    expect(bad.diagnostics).toMatchObject([{ code: 2322, start: { line: 0, character: 6 } }]);
  } finally {
    converter.close();
  }
});

test("the executor hands the last value to log, what is thrown to error, and keeps variables in locals", async () => {
  const converter = createConverter({});
  const logged: unknown[] = [];
  const thrown: unknown[][] = [];
  const executor = createExecutor(
    root,
    { node: converter, browser: converter, close: () => converter.close() },
    { log: (value) => logged.push(value), error: (...values) => thrown.push(values) },
  );
  try {
    expect(await executor.execute("const object = { n: 1 }; object")).toBe(true);
    expect(logged).toEqual([{ n: 1 }]);
    expect(executor.locals.object).toBe(logged[0]);
    expect(await executor.execute("throw new RangeError('x')")).toBe(false);
    expect(thrown).toEqual([[expect.any(RangeError)]]);
    expect(await executor.execute("missing")).toBe(false);
    expect(thrown[1].length).toBeGreaterThan(1);
  } finally {
    executor.close();
  }
});

test("a cell is asynchronous exactly if it awaits outside its functions", () => {
  for (const code of [
    "await 1",
    "const x = await (f());",
    "for await (const x of y) {}",
    "if (a) { await b; }",
    "f(await g)",
  ]) {
    expect(awaitsAtTop(code), code).toBe(true);
  }
  for (const code of [
    "1",
    "async () => { await 1; }",
    "class A { async m() { await 1; } }",
    "'await 1' // await",
    "",
  ]) {
    expect(awaitsAtTop(code), code).toBe(false);
  }
});
