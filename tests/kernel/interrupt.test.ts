import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellRun, Kernel, ofType, printed } from "./kernel";

const kernel = new Kernel();

beforeAll(async () => {
  await kernel.start();
  const run = await kernel.run(
    `import { interruptSignal, liveProgress } from "intrinsic-params";\nlet kept = 41;`,
  );
  expect(run.reply.status).toBe("ok");
});

afterAll(() => kernel.close());

/** Sends a cell that says "running", presses Stop then, and returns what came of it and the seconds it took. */
async function stopped(code: string): Promise<CellRun> {
  const id = await kernel.send(`process.stdout.write("running\\n");\n${code}`);
  await kernel.do("await_text", { text: "running" });
  await kernel.do("sleep", { seconds: 0.2 });
  await kernel.do("interrupt");
  return kernel.collect(id);
}

async function expectStopped(run: CellRun, seconds: number): Promise<void> {
  expect(run.reply).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(ofType(run, "error")).toHaveLength(1);
  expect(run.seconds).toBeLessThan(seconds);
  const next = await kernel.run("kept + 1");
  expect(ofType(next, "execute_result")[0].data["text/plain"]).toBe("42");
}

test("Stop ends an endless loop at once; the kernel lives on and keeps its variables", async () => {
  await expectStopped(await stopped("while (true) {}"), 1);
});

test("Stop ends a cell that waits", async () => {
  await expectStopped(await stopped("await new Promise((resolve) => setTimeout(resolve, 60_000));"), 1);
});

test("Stop aborts the cell's signal, so that work which watches it stops in truth", async () => {
  await kernel.run("const counter = { steps: 0 };");
  const run = await stopped(
    "const watched = interruptSignal();\nwhile (!watched.aborted) { counter.steps++; await new Promise((r) => setTimeout(r, 5)); }",
  );
  await expectStopped(run, 1);
  const difference = await kernel.run(
    "const before = counter.steps; await new Promise((r) => setTimeout(r, 100)); counter.steps - before",
  );
  expect(ofType(difference, "execute_result")[0].data["text/plain"]).toBe("0");
});

test("what a stopped cell has begun and does not end is ended ten seconds later, with its `finally`", async () => {
  const loops = `const counts = { loop: 0, promised: 0, files: 0, fetched: 0, turns: 0, beat: 0, ended: "" };
import { setTimeout as sleep } from "node:timers/promises";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
const server = createServer((_, response) => response.end("here")).listen(0);
const address = "http://127.0.0.1:" + (server.address() as { port: number }).port;
void (async () => { try { for (;;) { counts.files++; await stat("."); } } finally { counts.ended += "files "; } })();
void (async () => { try { for (;;) { counts.fetched++; await (await fetch(address)).text(); } } finally { counts.ended += "fetched "; } })();
void (async () => { try { for (;;) { counts.turns++; await new Promise(setImmediate); } } finally { counts.ended += "turns "; } })();
void (async () => { try { for (;;) { counts.loop++; await new Promise((done) => setTimeout(done, 5)); } } finally { counts.ended += "loop "; } })();
void (async () => { try { for (;;) { counts.promised++; await sleep(5); } } catch (error) { counts.ended += error.name; } })();
setInterval(() => counts.beat++, 5);`;
  const id = await kernel.send(`${loops}\nfor (;;) { await sleep(5); process.stdout.write("."); }`);
  await kernel.do("sleep", { seconds: 0.5 });
  await kernel.do("interrupt");
  expect((await kernel.collect(id)).reply.ename).toBe("Interrupted");
  const seen = `JSON.stringify(counts)`;
  const at = async () => JSON.parse(ofType(await kernel.run(seen), "execute_result")[0].data["text/plain"]);
  await kernel.do("sleep", { seconds: 11 });
  const after = await at();
  await kernel.do("sleep", { seconds: 0.5 });
  expect(await at()).toEqual(after);
  const late = await kernel.do<{ content: { text?: string } }[]>("late", { id });
  expect(late.map(({ content }) => content.text ?? "").join("")).toMatch(/^\.+$/);
  expect(after.ended.replace("Interrupted", " Interrupted ").split(/ +/).filter(Boolean).sort()).toEqual([
    ...["Interrupted", "fetched", "files", "loop", "turns"],
  ]);
  expect(after.fetched).toBeGreaterThan(10);
  await kernel.run("server.close(); server.closeAllConnections();");
  expect(after.beat).toBeGreaterThan(10);
  await kernel.run(
    "let later = 0; const own = setInterval(() => later++, 5); await new Promise((done) => setTimeout(done, 100));",
  );
  expect(
    ofType(await kernel.run("clearInterval(own); later > 2"), "execute_result")[0].data["text/plain"],
  ).toBe("true");
});

test("a new cell has a signal of its own that is not aborted", async () => {
  const run = await kernel.run("interruptSignal().aborted");
  expect(ofType(run, "execute_result")[0].data["text/plain"]).toBe("false");
});

test("Stop ends an endless loop that comes after an await", async () => {
  await expectStopped(await stopped("await 0;\nwhile (true) {}"), 6);
  await expectStopped(await stopped("await new Promise((r) => setTimeout(r, 50));\nwhile (true) {}"), 6);
});

test("Stop ends an endless loop in a timer", async () => {
  await expectStopped(
    await stopped("setTimeout(() => { while (true) {} }, 50);\nawait new Promise(() => {});"),
    6,
  );
});

test("Stop ends a cell that asks the reader", async () => {
  const id = await kernel.send(
    `import { input } from "intrinsic-params";\nconsole.log("running");\nawait input("Name? ");`,
    {
      allow_stdin: true,
    },
  );
  await kernel.do("await_text", { text: "running" });
  await kernel.do("sleep", { seconds: 0.3 });
  await kernel.do("interrupt");
  await expectStopped(await kernel.collect(id), 1);
});

test("listeners for SIGINT that a cell adds and removes are called and never cost the kernel its life", async () => {
  await kernel.run(
    "const heard = { times: 0 };\nconst listener = () => { heard.times++; };\nprocess.on('SIGINT', listener);",
  );
  await expectStopped(
    await stopped("process.on('SIGINT', () => { heard.times += 10; });\nwhile (true) {}"),
    1,
  );
  await expectStopped(await stopped("await new Promise(() => {});"), 1);
  const run = await kernel.run("heard.times");
  expect(ofType(run, "execute_result")[0].data["text/plain"]).toBe("11");
  await kernel.run("process.removeAllListeners('SIGINT');");
  await expectStopped(await stopped("await new Promise(() => {});"), 1);
});

test("a SIGINT to all processes of the kernel stops the cell, and the compilers come back", async () => {
  const id = await kernel.send(`console.log("running");\nwhile (true) {}`);
  await kernel.do("await_text", { text: "running" });
  await kernel.do("signal_group");
  await expectStopped(await kernel.collect(id), 1);
  await kernel.do("signal_group");
  // A cell sent in the same moment might be the one that is meant.
  await kernel.do("sleep", { seconds: 0.3 });
  const run = await kernel.run("const wrong: string = kept;");
  expect(run.reply.ename).toBe("TypeScriptError");
});

test("a Stop while nothing runs changes nothing", async () => {
  await kernel.do("interrupt");
  await kernel.do("sleep", { seconds: 0.2 });
  const run = await kernel.run("console.log(kept)");
  expect(run.reply.status).toBe("ok");
  expect(printed(run)).toBe("41\n");
});

test("a progress display says where the work was stopped", async () => {
  const run = await stopped(
    "const live = liveProgress({ title: 'Long', total: 1000 });\nfor (let step = 1; step <= 1000; step++) { live.update({ step }); await new Promise((r) => setTimeout(r, 20)); }",
  );
  const last = ofType(run, "update_display_data").at(-1);
  expect(last.data["text/plain"]).toMatch(/^Long: stopped at \d+ of 1000 steps/);
});

test("pictures are drawn after a Stop as before it", async () => {
  const figure = "({ data: [{ y: [1, 2] }], layout: {} })";
  const before = ofType(await kernel.run(figure), "execute_result")[0].data["image/png"];
  await stopped("while (true) {}");
  expect(ofType(await kernel.run(figure), "execute_result")[0].data["image/png"]).toBe(before);
});

test("a shutdown ends the kernel at once though timers run", async () => {
  await kernel.run("setInterval(() => {}, 10);");
  expect(await kernel.do<number>("stop")).toBeLessThan(2.5);
  expect(await kernel.do<boolean>("alive")).toBe(false);
});
