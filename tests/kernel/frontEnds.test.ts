// Programs other than JupyterLab that run cells or notebooks.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root, venv } from "./kernel";

type Cell = { source: string; metadata?: object };
// biome-ignore lint/suspicious/noExplicitAny: outputs differ by type, and a test reads what it expects.
type Outputs = any[][];

// Each starts two or three programs and as many kernels.
vi.setConfig({ testTimeout: 120_000 });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "front-ends-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const env = { ...process.env, JUPYTER_PREFER_ENV_PATH: "1", JUPYTER_NO_CONFIG: "1" };
const program = (name: string, ...args: string[]) =>
  promisify(execFile)(join(venv, "bin", name), args, { cwd: folder, env, maxBuffer: 1e8 });

const notebook = (cells: Cell[]) => ({
  ...{ nbformat: 4, nbformat_minor: 5 },
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
  cells: cells.map(({ source, metadata = {} }, i) => ({
    ...{ cell_type: "code", id: `cell-${i}`, execution_count: null, outputs: [] },
    ...{ source, metadata },
  })),
});
const write = (name: string, ...cells: Cell[]) => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(notebook(cells)));
  return file;
};
const outputsOf = (file: string): Outputs =>
  JSON.parse(readFileSync(file, "utf8")).cells.map(({ outputs = [] }) => outputs);
/** The text of all outputs of each cell. */
const textsOf = (file: string) =>
  outputsOf(file).map((outputs) =>
    outputs.map((out) => [out.text ?? out.data?.["text/plain"] ?? out.evalue].flat().join("")).join(""),
  );

const good: Cell[] = [
  { source: "const side: number = 6;\nconsole.log(`side ${side}`);" },
  { source: "side * 7" },
];

test("nbconvert runs a notebook, and writes it as a page and as a script of TypeScript", async () => {
  const file = write("convert.ipynb", ...good);
  await program("jupyter-nbconvert", "--to", "notebook", "--execute", "--inplace", file);
  expect(textsOf(file)).toEqual(["side 6\n", "42"]);
  await program("jupyter-nbconvert", "--to", "html", file);
  await program("jupyter-nbconvert", "--to", "script", file);
  expect(readFileSync(join(folder, "convert.ts"), "utf8")).toContain("const side: number = 6;");
  const page = readFileSync(join(folder, "convert.html"), "utf8");
  expect(page).toContain("side 6");
  expect(page, "the code is coloured as TypeScript").toMatch(
    /class="kd">const<\/span>|class="kr">const<\/span>/,
  );
});

test("nbconvert fails on a cell that fails, and names its error", async () => {
  const file = write("fails.ipynb", { source: "throw new RangeError('too far');" });
  await expect(program("jupyter-nbconvert", "--to", "notebook", "--execute", file)).rejects.toMatchObject({
    stderr: expect.stringContaining("RangeError: too far"),
  });
});

test("nbclient goes on past a cell that may raise an exception, and keeps its error", async () => {
  const raises = { tags: ["raises-exception"] };
  const file = write("raises.ipynb", { source: "throw new Error('expected');", metadata: raises }, ...good);
  await program("jupyter-execute", "--inplace", file);
  const [[error]] = outputsOf(file);
  expect(error).toMatchObject({ output_type: "error", ename: "Error", evalue: "expected" });
  expect(textsOf(file).slice(1)).toEqual(["side 6\n", "42"]);
});

const parameters = { tags: ["parameters"] };
const reads: Cell[] = [
  {
    source:
      "let n = 1;\nlet rate: number = 0.1;\nlet name = 'x';\nlet on = false;\nlet list = [1];\nlet none: null | number = 1;\nlet deep = { a: 1 };",
    metadata: parameters,
  },
  { source: "JSON.stringify([n, rate, name, on, list, none, deep])" },
];

test("papermill runs a notebook with parameters of every type of JSON", async () => {
  const file = write("parameters.ipynb", ...reads);
  const out = join(folder, "parameters-out.ipynb");
  const given = {
    ...{ n: 3, rate: 1e-5, name: 'quote " and\nline \\ ü', on: true },
    ...{ list: [1, 2.5], none: null, deep: { a: 7 } },
  };
  const yaml = join(folder, "parameters.yaml");
  writeFileSync(yaml, JSON.stringify(given));
  await program("papermill", file, out, "-f", yaml, "--no-progress-bar");
  expect(JSON.parse(textsOf(out)[2])).toEqual(Object.values(given));
});

test("papermill keeps the default values where no parameters are given", async () => {
  const file = write("defaults.ipynb", ...reads);
  const out = join(folder, "defaults-out.ipynb");
  await program("papermill", file, out, "--no-progress-bar");
  expect(JSON.parse(textsOf(out)[1])).toEqual([1, 0.1, "x", false, [1], 1, { a: 1 }]);
});

test("papermill refuses a number that TypeScript cannot hold, before anything has run", async () => {
  const file = write("large.ipynb", ...reads);
  const out = join(folder, "large-out.ipynb");
  const large = String(2 ** 53);
  await expect(program("papermill", file, out, "-p", "n", large)).rejects.toMatchObject({
    stderr: expect.stringContaining(`got ${large}: give it as text.`),
  });
});

test("papermill stops at a cell that fails, and says which", async () => {
  const file = write("stops.ipynb", ...good, { source: "throw new Error('no further');" });
  const out = join(folder, "stops-out.ipynb");
  await expect(program("papermill", file, out, "--no-progress-bar")).rejects.toMatchObject({
    stderr: expect.stringMatching(/Error: no further/),
  });
  expect(textsOf(out).join()).toContain("side 6");
});

test("nbmake passes a notebook that runs, and fails one that does not", async () => {
  const passes = write("passes.ipynb", ...good);
  const { stdout } = await program("pytest", "--nbmake", "-p", "no:cacheprovider", passes);
  expect(stdout).toMatch(/1 passed/);
  const wrong = write("wrong.ipynb", ...good, { source: "const bad: number = 'text';" });
  await expect(program("pytest", "--nbmake", "-p", "no:cacheprovider", wrong)).rejects.toMatchObject({
    stdout: expect.stringMatching(/1 failed[\s\S]*/),
  });
});

const consoleSession = (consoleProgram: string, ...more: string[]) =>
  promisify(execFile)(
    join(venv, "bin", "python"),
    [join(import.meta.dirname, "console_session.py"), consoleProgram, ...more],
    { cwd: join(root, "notebooks"), env },
  );

test("a console that writes without end fails with a short message that shows how it began and ended", async () => {
  const file = join(folder, "endless");
  writeFileSync(file, "#!/bin/sh\necho begun\nyes 0123456789 | head -n 300000\necho ended\nsleep 60\n", {
    mode: 0o755,
  });
  const failure = await consoleSession(file, "10").catch((error: unknown) => error as { stderr: string });
  const { stderr } = failure as { stderr: string };
  expect(stderr).toMatch(/^no prompt came for cell 1; the screen: 'begun/);
  expect(stderr).toMatch(/ … \d{7} characters … .*ended/);
  expect(stderr.length).toBeLessThan(5000);
});

test("jupyter console runs cells of one line and of several, completes, shows errors, and ends", async () => {
  const { stdout } = await consoleSession(join(venv, "bin", "jupyter-console"));
  expect(JSON.parse(stdout)).toEqual({
    ...{ sum: true, printed: true, continued: true, called: true, error: true },
    ...{ busy: true, stopped: true, after: true, exits: true },
  });
});
