import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellRun, Kernel, ofType, printed, venv } from "./kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

const counted = (n: number) => Array.from({ length: n }, (_, i) => i);

test("a thousand cells of one kernel are all answered, each with its own outputs", async () => {
  const codes = counted(1000).map((i) => `console.log("print ${i}"); ${i}`);
  const runs = await kernel.do<CellRun[]>("run_many", { codes, timeout: 100 });
  const shown = runs.map((run) => [
    run.reply.status,
    printed(run),
    ofType(run, "execute_result")[0]?.data["text/plain"],
  ]);
  expect(shown).toEqual(counted(1000).map((i) => ["ok", `print ${i}\n`, String(i)]));
}, 120_000);

test("eight hundred prints on two streams in one cell arrive in order", async () => {
  const run = await kernel.run(
    "for (let i = 0; i < 400; i++) { console.log(`out ${i}`); console.error(`err ${i}`); }",
  );
  const texts = ofType(run, "stream").map(({ name, text }) => `${name} ${text}`);
  expect(texts).toEqual(counted(400).flatMap((i) => [`stdout out ${i}\n`, `stderr err ${i}\n`]));
  expect(run.reply.status).toBe("ok");
});

test("six hundred displays in one cell arrive in order, and the next cell is answered", async () => {
  const code = "for (let i = 0; i < 600; i++) void display(`shown ${i}`);";
  const run = await kernel.run(`import { display } from "intrinsic-params";\n${code}`);
  const texts = ofType(run, "display_data").map(({ data }) => data["text/plain"]);
  expect(texts).toEqual(counted(600).map((i) => `shown ${i}`));
  expect(printed(await kernel.run("console.log('next')"))).toBe("next\n");
});

test("a thousand requests beside the cells are answered too", async () => {
  const asks = counted(1000).map(() => ({ type: "comm_info_request", content: {} }));
  const types = await kernel.do<string[]>("ask_many", { asks });
  expect(types).toEqual(asks.map(() => "comm_info_reply"));
  expect(await kernel.do("heartbeats", { count: 600 })).toBe(600);
});

test("a notebook of three hundred cells runs under nbclient", async () => {
  const { stdout } = await promisify(execFile)(
    join(venv, "bin/python"),
    [join(import.meta.dirname, "long_notebook.py"), "300"],
    { env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" }, maxBuffer: 1e7 },
  );
  expect(JSON.parse(stdout)).toEqual(counted(300).map((i) => [`print ${i}\n`, String(i)]));
}, 120_000);
