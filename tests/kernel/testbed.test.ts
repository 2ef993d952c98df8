// The areas of runtimed's kernel-testbed (github.com/runtimed/kernel-testbed), one test each, under its names.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Kernel, ofType, printed } from "./kernel";

type Header = { msg_id: string; msg_type: string; session: string; version: string };
// biome-ignore lint/suspicious/noExplicitAny: messages differ by type, and a test reads what it expects.
type Message = { header: Header; parent_header: Header; msg_type: string; content: any };
type Exchange = { sent: Header; reply: Message; broadcast: Message[] };

const kernel = new Kernel();
let started: { seconds: number };
beforeAll(async () => {
  started = await kernel.start();
});
afterAll(() => kernel.close());

const exchange = (type: string, content: object, more: object = {}) =>
  kernel.do<Exchange>("exchange", { type, content, ...more });
const executed = (code: string, options: object = {}) =>
  exchange("execute_request", {
    ...{ code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false },
    ...options,
  });
const typesOf = (messages: Message[]) => messages.map(({ msg_type }) => msg_type);
const only = (messages: Message[], type: string) => {
  const found = messages.filter(({ msg_type }) => msg_type === type);
  expect(found, typesOf(messages).join(", ")).toHaveLength(1);
  return found[0].content;
};

test("kernel_startup: the kernel answers once it is started", async () => {
  expect(started.seconds).toBeGreaterThan(0);
  expect(await kernel.do("alive")).toBe(true);
});

test("heartbeat_responds: what is sent on the heartbeat comes back as it was", async () => {
  expect(await kernel.do("heartbeats", { count: 5 })).toBe(5);
});

test.each(["shell", "control"])("kernel_info_reply_valid: on %s it is ok and complete", async (channel) => {
  const { reply, broadcast } = await exchange("kernel_info_request", {}, { channel });
  expect(reply.msg_type).toBe("kernel_info_reply");
  expect(reply.content).toMatchObject({
    status: "ok",
    implementation: expect.stringMatching(/./),
    implementation_version: expect.stringMatching(/^\d+\.\d+/),
    banner: expect.stringMatching(/./),
    help_links: expect.any(Array),
  });
  expect(typesOf(broadcast)).toEqual(["status", "status"]);
});

test("kernel_info_has_protocol_version: 5.3 or later, as in every header", async () => {
  const { reply } = await exchange("kernel_info_request", {});
  const [major, minor] = reply.content.protocol_version.split(".").map(Number);
  expect(major).toBe(5);
  expect(minor).toBeGreaterThanOrEqual(3);
  expect(reply.header.version).toBe(reply.content.protocol_version);
});

test("kernel_info_has_language_info: what a front end needs to save, colour and convert", async () => {
  const { reply } = await exchange("kernel_info_request", {});
  expect(reply.content.language_info).toMatchObject({
    name: "typescript",
    version: expect.stringMatching(/^\d+\.\d+/),
    mimetype: expect.stringMatching(/typescript/),
    file_extension: ".ts",
    codemirror_mode: expect.anything(),
    nbconvert_exporter: expect.any(String),
  });
});

test("execute_reply_ok: a cell that ends well says so, with all fields of the reply", async () => {
  const { reply } = await executed("const quiet = 1;");
  expect(reply.content).toMatchObject({ status: "ok", user_expressions: {}, payload: [] });
  expect(reply.content.execution_count).toBeGreaterThan(0);
});

test.each([
  ["execute_stdout", "stdout", "console.log"],
  ["execute_stderr", "stderr", "console.error"],
])("%s: what is printed arrives on %s", async (_, name, print) => {
  const { broadcast } = await executed(`${print}("hello, world")`);
  expect(only(broadcast, "stream")).toEqual({ name, text: "hello, world\n" });
});

test("execute_result: the value of the last expression has the count of its reply", async () => {
  const { reply, broadcast } = await executed("6 * 7");
  const { execution_count } = reply.content;
  expect(only(broadcast, "execute_result")).toEqual({
    execution_count,
    data: { "text/plain": "42" },
    metadata: {},
  });
});

test("status_busy_idle_lifecycle: busy comes first, idle last, and nothing else between them", async () => {
  const { broadcast } = await executed("console.log(1); 2");
  const states = broadcast.filter((message) => message.msg_type === "status");
  expect(states.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
  expect([broadcast.at(0), broadcast.at(-1)]).toEqual(states);
});

test("execute_input_broadcast: every front end hears what is run, before its outputs, unless it is silent", async () => {
  const { reply, broadcast } = await executed("console.log(1)");
  expect(typesOf(broadcast)).toEqual(["status", "execute_input", "stream", "status"]);
  const { execution_count } = reply.content;
  expect(only(broadcast, "execute_input")).toEqual({ code: "console.log(1)", execution_count });
  expect(typesOf((await executed("1", { silent: true })).broadcast)).not.toContain("execute_input");
});

test("parent_header_correlation: all that comes of a request has its header as parent", async () => {
  const { sent, reply, broadcast } = await executed("console.log(1); 2");
  for (const message of [reply, ...broadcast])
    expect(message.parent_header, message.msg_type).toMatchObject({
      msg_id: sent.msg_id,
      session: sent.session,
      msg_type: "execute_request",
    });
  const ids = [reply, ...broadcast].map(({ header }) => header.msg_id);
  expect(new Set(ids).size, "each message has an id of its own").toBe(ids.length);
});

test("execution_count_increments: by one a cell, and not for a silent or unstored one", async () => {
  const count = async (options = {}) => (await executed("0", options)).reply.content.execution_count;
  const first = await count();
  expect(await count()).toBe(first + 1);
  await count({ silent: true });
  await count({ store_history: false });
  expect(await count()).toBe(first + 2);
});

test("error_handling: an error is told on iopub and in the reply, and the next cell runs", async () => {
  const { reply, broadcast } = await executed("throw new RangeError('too far')");
  const told = only(broadcast, "error");
  expect(told).toMatchObject({ ename: "RangeError", evalue: "too far" });
  expect(told.traceback.length).toBeGreaterThan(0);
  expect(reply.content).toMatchObject({ status: "error", ...told });
  expect((await executed("1")).reply.content.status).toBe("ok");
});

test("complete_request: members of a value, with the place that they replace", async () => {
  await executed("const shelf = { books: 1, boxes: 2 };");
  const code = "shelf.bo";
  const { reply } = await exchange("complete_request", { code, cursor_pos: code.length });
  expect(reply.content).toMatchObject({ status: "ok", cursor_start: 6, cursor_end: 8 });
  expect([...reply.content.matches].sort()).toEqual(["books", "boxes"]);
});

test("complete_request: places are counted in characters, not in halves of them", async () => {
  const code = "'😀😀'; shelf.bo";
  const cursor_pos = [...code].length;
  const { reply } = await exchange("complete_request", { code, cursor_pos });
  expect(reply.content).toMatchObject({ cursor_start: cursor_pos - 2, cursor_end: cursor_pos });
});

test("inspect_request: a known name is found with its type, an unknown one is not", async () => {
  const ask = (code: string) =>
    exchange("inspect_request", { code, cursor_pos: code.length, detail_level: 0 });
  const known = (await ask("parseInt")).reply.content;
  expect(known).toMatchObject({ status: "ok", found: true });
  expect(known.data["text/plain"]).toContain("parseInt(string: string");
  expect((await ask("nobodyKnowsThis")).reply.content).toMatchObject({ status: "ok", found: false });
});

test("history_request: the last cells are there, oldest first", async () => {
  await executed("'remember'");
  await executed("'me'");
  const { reply } = await exchange("history_request", {
    ...{ hist_access_type: "tail", n: 2, raw: true, output: false },
  });
  const rows = reply.content.history as [number, number, string][];
  expect(rows.map(([, , source]) => source)).toEqual(["'remember'", "'me'"]);
  expect(rows[1][1]).toBe(rows[0][1] + 1);
});

const isComplete = async (code: string) => (await exchange("is_complete_request", { code })).reply.content;

test.each(["1", "function f() {\n  return 1;\n}", "const a = `b`;", "// nothing", ""])(
  "is_complete_complete: %j",
  async (code) => {
    expect((await isComplete(code)).status).toBe("complete");
  },
);

test.each(["function f() {", "[1,", "const a = `open", "if (true) {\n  f(", "/* open"])(
  "is_complete_incomplete: %j, and the next line's indent is white space",
  async (code) => {
    const { status, indent } = await isComplete(code);
    expect(status).toBe("incomplete");
    expect(indent).toMatch(/^\s*$/);
  },
);

test.each(["let = = 1;", "}", "const a = );"])("is_complete_invalid: %j", async (code) => {
  expect((await isComplete(code)).status).toBe("invalid");
});

test("comm_info_request: nothing is open in a new kernel", async () => {
  const { reply } = await exchange("comm_info_request", {});
  expect(reply.content).toEqual({ status: "ok", comms: {} });
});

test("comms_lifecycle: a comm that nobody wants is closed at once, and late messages of it harm nothing", async () => {
  const comm = { comm_id: "c1", target_name: "nobody", data: { a: 1 } };
  const open = await exchange("comm_open", comm, { replied: false });
  expect(only(open.broadcast, "comm_close")).toMatchObject({ comm_id: "c1" });
  await exchange("comm_msg", { comm_id: "c1", data: {} }, { replied: false });
  await exchange("comm_close", { comm_id: "c1", data: {} }, { replied: false });
  expect((await exchange("comm_info_request", {})).reply.content.comms).toEqual({});
  expect((await executed("1")).reply.content.status).toBe("ok");
});

const display = (text: string) => `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "${text}" }) })`;

test("display_data: a value that is displayed arrives as it shows itself", async () => {
  const code = `import { display } from "intrinsic-params";\nawait display(${display("<b>x</b>")});`;
  const { broadcast } = await executed(code);
  expect(only(broadcast, "display_data")).toMatchObject({ data: { "text/html": "<b>x</b>" }, metadata: {} });
});

test("update_display_data: what was shown with an id is replaced, by a later cell too", async () => {
  const first = await executed(
    `import * as tslab from "tslab";\nconst shown = tslab.newDisplay();\nshown.html("one");`,
  );
  const { transient } = only(first.broadcast, "display_data");
  expect(transient.display_id).toMatch(/./);
  const later = await executed(`shown.html("two");`);
  const update = only(later.broadcast, "update_display_data");
  expect(update).toMatchObject({ data: { "text/html": "two" }, transient });
});

test("rich_execute_result: a result has the bundle that its value gives", async () => {
  const { broadcast } = await executed(display("<i>y</i>"));
  expect(only(broadcast, "execute_result").data).toEqual({ "text/html": "<i>y</i>" });
});

test("stdin_input_request: a cell may ask the reader, and is refused where nobody can answer", async () => {
  const code = `import { input } from "intrinsic-params";\nconsole.log("Hello " + (await input("Name? ")));`;
  const run = await kernel.run(code, { allow_stdin: true }, { answers: ["Ada"] });
  expect(run.asked).toEqual([{ prompt: "Name? ", password: false }]);
  expect(printed(run)).toBe("Hello Ada\n");
  expect((await executed(code)).reply.content.status).toBe("error");
});

test("interrupt_request: it is answered, a busy cell ends, and the kernel keeps what it knew", async () => {
  // A kernel of its own: where the message is not heard, its cell never ends.
  const other = new Kernel();
  try {
    await other.start();
    await other.run("let before = 7;");
    const id = await other.send("console.log('in it'); while (true) {}");
    await other.do("await_text", { text: "in it" });
    const { reply } = await other.do<Exchange>("exchange", {
      ...{ type: "interrupt_request", content: {}, channel: "control" },
    });
    expect([reply.msg_type, reply.content.status]).toEqual(["interrupt_reply", "ok"]);
    const run = await other.collect(id);
    expect(run.reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(ofType(await other.run("before"), "execute_result")[0]?.data).toEqual({ "text/plain": "7" });
  } finally {
    await other.close();
  }
}, 60_000);

test("a signal stops a busy cell as the message does", async () => {
  const id = await kernel.send("console.log('again'); while (true) {}");
  await kernel.do("await_text", { text: "again" });
  await kernel.do("interrupt");
  expect((await kernel.collect(id)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
});

test("iopub_welcome: a new subscriber is told at once that it is heard", async () => {
  const welcome = await kernel.do<Message>("welcome", { timeout: 5 });
  expect([welcome.msg_type, welcome.content.subscription]).toEqual(["iopub_welcome", ""]);
});

test("debug is honestly absent: kernel_info does not promise it", async () => {
  const { reply } = await exchange("kernel_info_request", {});
  expect(reply.content.debugger ?? false).toBe(false);
  expect(reply.content.supported_features ?? []).not.toContain("debugger");
});

test("user_expressions: each is evaluated after the cell, by itself", async () => {
  const { reply } = await executed("const side = 4;", {
    user_expressions: { area: "side * side", wrong: "missing" },
  });
  expect(reply.content.user_expressions.area).toMatchObject({
    status: "ok",
    data: { "text/plain": "16" },
  });
  expect(reply.content.user_expressions.wrong).toMatchObject({ status: "error" });
});

test.each([false, true])(
  "shutdown_reply: with restart %s it is said back, and the process ends",
  async (restart) => {
    const other = new Kernel();
    try {
      await other.start();
      const { reply, alive } = await other.do<{ reply: Message; alive: boolean }>("shutdown", { restart });
      expect(reply.msg_type).toBe("shutdown_reply");
      expect(reply.content).toEqual({ status: "ok", restart });
      expect(alive).toBe(false);
    } finally {
      await other.close();
    }
  },
);
