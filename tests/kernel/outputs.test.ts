import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kernel, ofType, printed } from "./kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

describe("an output goes below the cell that made it", () => {
  test("also when it comes while a later cell runs", async () => {
    const first = await kernel.send(
      `import { display } from "intrinsic-params";
       setTimeout(() => { console.log("late"); void display("late value"); }, 300);`,
    );
    const second = await kernel.run(
      "await new Promise((resolve) => setTimeout(resolve, 700)); console.log('own')",
    );
    expect(printed(second)).toBe("own\n");
    expect(ofType(second, "display_data")).toEqual([]);
    // The first cell's idle came before its late outputs, which a client that still watches gets all the same.
    const late = await kernel.do<{ type: string; content: { text?: string } }[]>("late", { id: first });
    expect(late.map(({ type }) => type)).toContain("display_data");
    expect(late.find(({ type, content }) => type === "stream" && content.text === "late\n")).toBeDefined();
  });

  test("through timers, promises and turns that it began, however they follow one another", async () => {
    const first = await kernel.send(
      `const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
       async function later(what: string) { await sleep(200); console.log(what, 1); await null; console.log(what, 2); }
       void later("async");
       void sleep(200).then(() => process.nextTick(() => console.log("tick")));
       setTimeout(() => setImmediate(() => queueMicrotask(() => console.log("turns"))), 200);
       const beat = setInterval(() => { console.log("beat"); clearInterval(beat); }, 200);`,
    );
    const second = await kernel.run(
      "for (let i = 0; i < 10; i++) { console.log('own', i); await new Promise((r) => setTimeout(r, 60)); }",
    );
    const own = Array.from({ length: 10 }, (_, i) => `own ${i}\n`).join("");
    expect(printed(second)).toBe(own);
    const late = await kernel.do<{ type: string; content: { text?: string } }[]>("late", { id: first });
    const said = late.map(({ content }) => content.text ?? "").join("");
    for (const line of ["async 1", "async 2", "tick", "turns", "beat"]) expect(said).toContain(`${line}\n`);
  });

  /** Begins something by a cell that prints by and by, and tells what came below it while a later cell ran. */
  async function lateOutputs(code: string, milliseconds = 600): Promise<string> {
    const first = await kernel.send(
      `(globalThis as any).go = (async () => {${code}});\n(globalThis as any).go();`,
    );
    const second = await kernel.run(
      `for (let i = 0; i < 10; i++) { console.log('own', i); await new Promise((r) => setTimeout(r, ${milliseconds / 10})); }`,
    );
    expect(printed(second) + printed(second, "stderr")).toBe(
      Array.from({ length: 10 }, (_, i) => `own ${i}\n`).join(""),
    );
    const late = await kernel.do<{ type: string; content: { text?: string } }[]>("late", { id: first });
    return late.map(({ content }) => content.text ?? "").join("");
  }
  const wait = "await new Promise((done) => setTimeout(done, 100));";

  test.each<[what: string, code: string, said: string[]]>([
    [
      "of files",
      `const fs = require("fs"); const { readFile } = fs.promises;
       setTimeout(() => fs.stat(".", (_: any, stats: any) => fs.readdir(".", () => console.log("files", stats.isDirectory()))), 100);
       ${wait} await readFile(__filename).catch(() => console.log("promised"));
       fs.createReadStream("/dev/zero", { end: 9 }).on("data", (bytes: any) => console.log("read", bytes.length));`,
      ["files true", "promised", "read 10"],
    ],
    [
      "of sockets and servers",
      `const net = require("net");
       const server = net.createServer((socket: any) => {
         console.log("connected"); socket.once("data", (text: any) => { console.log("server", String(text)); socket.end("bye"); }); });
       await new Promise<void>((done) => server.listen(0, done));
       setTimeout(() => {
         const socket = net.connect(server.address().port, () => { console.log("open"); socket.write("hello"); });
         socket.on("data", (text: any) => console.log("client", String(text)));
         socket.on("close", () => { console.log("closed"); server.close(); });
       }, 150);`,
      ["connected", "server hello", "open", "client bye", "closed"],
    ],
    [
      "of requests over HTTP",
      `const http = require("http");
       const server = http.createServer((_: any, answer: any) => { console.log("asked"); answer.end("fine"); });
       server.listen(0, () => setTimeout(() => http.get({ port: server.address().port, agent: false }, (answer: any) => {
         console.log("status", answer.statusCode); answer.on("data", (text: any) => console.log("body", String(text)));
         answer.on("end", () => server.close()); }), 150));`,
      ["asked", "status 200", "body fine"],
    ],
    [
      "of child processes and workers",
      `const { exec, spawn } = require("child_process"); const { Worker } = require("worker_threads");
       exec("sleep 0.2; echo done", (_: any, out: string) => console.log("exec", out.trim()));
       const child = spawn("sh", ["-c", "sleep 0.2; echo spawned; exit 3"]);
       child.stdout.on("data", (text: any) => console.log("out", String(text).trim()));
       child.once("exit", (code: number) => console.log("exit", code));
       new Worker("setTimeout(() => require('worker_threads').parentPort.postMessage(5), 100)", { eval: true })
         .on("message", (n: number) => console.log("worker", n));`,
      ["exec done", "out spawned", "exit 3", "worker 5"],
    ],
    [
      "of cryptography and compression",
      `${wait} const crypto = require("crypto"), zlib = require("zlib");
       crypto.scrypt("a", "b", 8, () => console.log("scrypt")); crypto.randomBytes(4, () => console.log("random"));
       zlib.gzip("text", (_: any, packed: any) => zlib.gunzip(packed, (_: any, text: any) => console.log("zip", String(text))));`,
      ["scrypt", "random", "zip text"],
    ],
    [
      "of event targets and of names of hosts",
      `${wait} const dns = require("dns"), target = new EventTarget(), stop = AbortSignal.timeout(150);
       target.addEventListener("word", () => console.log("heard")); setTimeout(() => target.dispatchEvent(new Event("word")), 150);
       stop.addEventListener("abort", { handleEvent: () => console.log("timed out") }); stop.onabort = () => {};
       dns.lookup("127.0.0.1", () => setTimeout(() => console.log("looked up"), 150));
       dns.lookup("localhost", () => console.log("local"));
       new dns.Resolver({ timeout: 1, tries: 1 }).resolve("a.invalid", () => setTimeout(() => console.log("resolved"), 150));`,
      ["heard", "timed out", "looked up", "local", "resolved"],
    ],
    [
      "of errors and rejections that nobody catches",
      `setTimeout(() => { throw new Error("in a timer"); }, 150);
       setTimeout(() => void Promise.reject(new Error("in a promise")), 150);
       require("fs").stat(".", () => setTimeout(() => { throw new Error("in a callback"); }, 150));`,
      ["Error: in a timer", "Error: in a promise", "Error: in a callback"],
    ],
  ])("%s", async (_, code, said) => {
    const lines = (await lateOutputs(code)).split("\n");
    expect(lines).toEqual(expect.arrayContaining(said));
  });

  test("and an emitter's listener prints below the cell that emits, which comes first", async () => {
    await kernel.run(
      `const emitter = new (require("events"))();
       emitter.on("word", (word: string) => console.log("heard", word));
       emitter.once("word", () => console.log("once"));`,
    );
    expect(printed(await kernel.run("emitter.emit('word', 'a'); emitter.emit('word', 'b');"))).toBe(
      "heard a\nonce\nheard b\n",
    );
  });

  test("of a child process that shares the cell's streams", async () => {
    const run = await kernel.run(
      `import { execSync, spawnSync } from "node:child_process";
       execSync("echo to stdout; echo to stderr >&2", { stdio: "inherit" });
       spawnSync(process.execPath, ["-e", "console.log('of Node')"], { stdio: "inherit" });`,
    );
    expect(printed(run)).toContain("to stdout\n");
    expect(printed(run)).toContain("of Node\n");
    expect(printed(run, "stderr")).toContain("to stderr\n");
  });

  test("through tslab's own display", async () => {
    const run = await kernel.run(
      `import * as tslab from "tslab";
       tslab.display.html("<b>bold</b>");
       const place = tslab.newDisplay();
       place.text("one"); place.text("two");`,
    );
    expect(run.reply.status).toBe("ok");
    expect(ofType(run, "display_data").map(({ data }) => data)).toEqual([
      { "text/html": "<b>bold</b>" },
      { "text/plain": "one" },
    ]);
    expect(ofType(run, "update_display_data").map(({ data }) => data)).toEqual([{ "text/plain": "two" }]);
  });
});

test("a character whose bytes come in two writes is printed whole", async () => {
  const run = await kernel.run(
    `const bytes = Buffer.from("größe €");
     process.stdout.write(bytes.subarray(0, 3)); process.stdout.write(bytes.subarray(3, 9)); process.stdout.write(bytes.subarray(9));`,
  );
  expect(printed(run)).toBe("größe €");
});

describe("what a cell prints beyond the limit is counted, and its end is shown", () => {
  test("a million lines", async () => {
    const run = await kernel.run(
      `for (let i = 0; i < 1_000_000; i++) process.stdout.write(i + "\\n");`,
      {},
      { timeout: 120 },
    );
    const lines = printed(run).split("\n");
    expect(lines.slice(0, 3)).toEqual(["0", "1", "2"]);
    expect(lines[99_999]).toBe("99999");
    expect(lines.at(-2)).toBe("999999");
    const counts = [...ofType(run, "display_data"), ...ofType(run, "update_display_data")];
    expect(counts.at(-1).data["text/plain"]).toMatch(/^… 900,000 lines, .* left out; the last of it:$/);
  }, 150_000);

  test("100 MB in one line, without end or beginning of another", async () => {
    const run = await kernel.run(
      `for (let i = 0; i < 100; i++) process.stdout.write("x".repeat(1_000_000));`,
      {},
      { timeout: 120 },
    );
    expect(printed(run).length).toBe(1_000_000 + 2000);
    const counts = [...ofType(run, "display_data"), ...ofType(run, "update_display_data")];
    expect(counts.at(-1).data["text/plain"]).toMatch(/^… 0 lines, 99,000,000 characters/);
  }, 150_000);
});

test.each([
  ["x", "0 lines, 1 character of what was printed is"],
  ["\\n.", "1 line, 2 characters of what was printed are"],
])("what is left out is counted in words that fit: %j", async (rest, words) => {
  const run = await kernel.run(`process.stdout.write("x".repeat(1_000_000) + "${rest}");`);
  const counts = [...ofType(run, "display_data"), ...ofType(run, "update_display_data")];
  expect(counts.at(-1).data["text/plain"]).toBe(`… ${words} left out; the last of it:`);
});

describe("a cell that ends its own process", () => {
  test("ends with a word, and the next cell runs in a new process", async () => {
    await kernel.run("let kept = 1;");
    const run = await kernel.run(`console.log("before"); process.exit(3);`);
    expect(run.reply).toMatchObject({ status: "error", ename: "ProcessEnded" });
    expect(run.reply.evalue).toBe("the cell has ended its process (exit code 3)");
    expect(run.reply.traceback.at(-1)).toBe("All variables are lost. The next cell runs in a new process.");
    expect(printed(run)).toBe("before\n");
    const next = await kernel.run("kept");
    expect(next.reply).toMatchObject({ ename: "TypeScriptError" });
    expect(next.reply.evalue).toContain("Cannot find name 'kept'");
    expect(ofType(await kernel.run("let kept = 2; kept"), "execute_result")[0].data["text/plain"]).toBe("2");
  });

  test("by memory without end, too", async () => {
    const run = await kernel.run(
      "const all: number[][] = []; for (;;) all.push(new Array(1e6).fill(1));",
      {},
      { timeout: 120 },
    );
    expect(run.reply).toMatchObject({ status: "error", ename: "ProcessEnded" });
    expect(run.reply.evalue).toContain("out of memory");
    expect(ofType(await kernel.run("1 + 1"), "execute_result")[0].data["text/plain"]).toBe("2");
  }, 150_000);
});

test("values that a client asks for beside a cell come with its reply, and a wrong one says why", async () => {
  const run = await kernel.run("const a = 20;", {
    user_expressions: { sum: "a + 22", wrong: "missing", thrown: "(() => { throw new Error('no'); })()" },
  });
  const { sum, wrong, thrown } = run.reply.user_expressions;
  expect(sum).toEqual({ status: "ok", data: { "text/plain": "42" }, metadata: {} });
  expect(wrong).toMatchObject({ status: "error", ename: "TypeScriptError" });
  expect(thrown).toMatchObject({ status: "error", ename: "Error", evalue: "no" });
});

test("emitters, files and timers are to a cell what they are to any program", async () => {
  const code = `
const { EventEmitter, once } = require("events"), fs = require("fs"), { promisify } = require("util"), told = [];
const f = (...given) => told.push("f", ...given), g = function () { told.push(this === emitter); }, emitter = new EventEmitter();
emitter.on("removeListener", (name, listener) => told.push("removed", name, listener === f, listener === g));
emitter.on("newListener", (name, listener) => told.push("new", name, listener === f, listener === g));
emitter.on("a", f).once("a", g).prependListener("a", g).prependOnceListener("a", f);
told.push(emitter.listeners("a").map((each) => each === f ? "f" : each === g ? "g" : "?").join(), emitter.listenerCount("a"));
emitter.emit("a", 1, 2); told.push(emitter.listenerCount("a"));
emitter.off("a", f).removeListener("a", g); told.push(emitter.listenerCount("a"));
emitter.once("b", f).off("b", f); told.push(emitter.listenerCount("b"), emitter.emit("b"));
for (const wrong of [undefined, 5]) try { emitter.on("c", wrong); } catch (error) { told.push(error.code); }
try { fs.readFile("."); } catch (error) { told.push(error.code); }
told.push(fs.readFile.name, fs.readFile.length, typeof fs.realpath.native, setTimeout.name, setTimeout === require("timers").setTimeout);
const target = new EventTarget(), object = { handleEvent(event) { told.push("object", this === object, event.type); } };
const own = function (event) { told.push(this === target, event.currentTarget === target); };
const hear = (...names) => { for (const name of names) target.dispatchEvent(new Event(name)); told.push("|"); };
target.addEventListener("t", own); target.addEventListener("t", own); target.addEventListener("t", own, true); hear("t");
target.removeEventListener("t", own); target.addEventListener("t", object); hear("t");
target.removeEventListener("t", own, { capture: true }); target.removeEventListener("t", object); hear("t");
target.addEventListener("u", object, { once: true }); hear("u", "u"); target.addEventListener("u", object, { once: true }); hear("u");
target.addEventListener("v", own); target.removeEventListener("v", own); target.addEventListener("v", own); hear("v");
for (const wrong of [5, undefined]) try { target.addEventListener("w", wrong); } catch (error) { told.push(error.code); }
try { EventTarget.prototype.addEventListener.call({}, "w", own); } catch (error) { told.push(error.name); }
told.push(target.addEventListener.name, target.addEventListener.length);
(async () => {
  setTimeout(() => emitter.emit("d", 7), 5); told.push(await once(emitter, "d"));
  setTimeout(() => target.dispatchEvent(new Event("x")), 5); told.push((await once(target, "x"))[0].type);
  told.push(await promisify(fs.exists)("."), Object.keys(await promisify(fs.read)(fs.openSync("/dev/zero"), Buffer.alloc(3), 0, 3, 0)));
  told.push(await promisify(setTimeout)(1, "slept"), (await fs.promises.stat(".")).isDirectory());
  for await (const [n] of (setTimeout(() => emitter.emit("e", 1), 1), EventEmitter.on(emitter, "e"))) { told.push(n); break; }
  console.log(JSON.stringify(told));
})();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", code]);
  const run = await kernel.run(
    `// @ts-nocheck\n${code}\nawait new Promise((done) => setTimeout(done, 300));`,
  );
  expect(JSON.parse(printed(run))).toEqual(JSON.parse(stdout));
});
