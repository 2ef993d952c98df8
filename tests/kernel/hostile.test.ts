import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kernel, ofType, printed } from "./kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

async function lives(): Promise<void> {
  const next = await kernel.run("const alive = 40 + 2; alive");
  expect(ofType(next, "execute_result")[0]?.data).toEqual({ "text/plain": "42" });
}

/** Runs a cell that has to fail, and returns the name of its error. */
async function fails(code: string): Promise<string> {
  const run = await kernel.run(code);
  expect(run.reply.status).toBe("error");
  const errors = ofType(run, "error");
  expect(errors).toHaveLength(1);
  expect(errors[0].traceback.every((line: unknown) => typeof line === "string")).toBe(true);
  await lives();
  return errors[0].ename;
}

const traps = "get getPrototypeOf ownKeys has getOwnPropertyDescriptor".split(" ");
const hostile = `const no = (): never => { throw new Error("hostile"); };
const proxy = (target: object) => new Proxy(target, { ${traps.map((trap) => `${trap}: no`).join(", ")} });
const error = (name: string, get: () => unknown) => Object.defineProperty(new Error("seen"), name, { get });
`;

describe("whatever a cell throws, it is answered by an error, and the next cell works", () => {
  test.each([
    ["a message that throws", "throw error('message', no);", "Error"],
    ["a message that is no text", "throw error('message', () => Object.create(null));", "Error"],
    ["a stack that throws", "throw error('stack', no);", "Error"],
    ["a stack that is no text", "throw error('stack', () => 5);", "Error"],
    [
      "a name that throws",
      "throw error('name', no);",
      "(its name cannot be read: reading it throws an error)",
    ],
    ["a name that is a symbol", "throw error('name', () => Symbol('s'));", "Symbol(s)"],
    ["a cause that throws", "throw error('cause', no);", "Error"],
    ["a cause that is hostile", "throw error('cause', () => proxy(new Error('inside')));", "Error"],
    [
      "errors that cannot be listed",
      "throw Object.assign(new AggregateError([]), { errors: 7 });",
      "AggregateError",
    ],
    [
      "errors without an end",
      "throw Object.assign(new AggregateError([]), { errors: { *[Symbol.iterator]() { for (;;) yield 1; } } });",
      "AggregateError",
    ],
    [
      "a chain of a hundred thousand causes",
      "let last = new Error('first'); for (let i = 0; i < 1e5; i++) last = new Error('next', { cause: last }); throw last;",
      "Error",
    ],
    ["a proxy of an error", "throw proxy(new Error('inside'));", "Thrown"],
    ["a proxy of an object", "throw proxy({});", "Thrown"],
    ["a proxy that is revoked", "const r = Proxy.revocable({}, {}); r.revoke(); throw r.proxy;", "Thrown"],
    ["an object whose toString throws", "throw { toString: no, [Symbol.toPrimitive]: no };", "Thrown"],
    ["an object whose tag throws", "throw { get [Symbol.toStringTag]() { return no(); } };", "Thrown"],
    [
      "an object whose own inspection throws",
      "throw { [Symbol.for('nodejs.util.inspect.custom')]: no };",
      "Thrown",
    ],
    ["an object without a prototype", "throw Object.create(null);", "Thrown"],
    ["a symbol", "throw Symbol('thrown');", "Thrown"],
    ["nothing", "throw undefined;", "Thrown"],
    ["a message of half a gigabyte", "throw new Error('x'.repeat(2 ** 29 - 30));", "Error"],
  ])("%s", async (_, code, ename) => {
    expect(await fails(hostile + code)).toBe(ename);
    expect(await fails(`${hostile}await 0;\n${code}`)).toBe(ename);
  });

  test("thrown with nobody to catch it, it is told on stderr", async () => {
    const run = await kernel.run(
      `${hostile}void Promise.reject(proxy(new Error("x")));\nsetTimeout(() => { throw error("message", no); }, 5);\nawait new Promise((r) => setTimeout(r, 60));`,
    );
    expect(run.reply.status).toBe("ok");
    expect(printed(run, "stderr")).toMatch(
      /rejection.*nobody awaited:\nThrown[\s\S]*Error: \(its message cannot/,
    );
    await lives();
  });
});

describe("whatever a cell's value does when it is shown, the cell is answered, and the next one works", () => {
  const shows = (body: string) => `({ [Symbol.for("Jupyter.display")]: ${body} })`;
  test.each([
    ["its display throws something hostile", shows("() => { throw proxy(new Error('x')); }"), "Thrown"],
    ["its display method cannot be read", "proxy({})", "Error"],
    ["its own inspection throws", "({ [Symbol.for('nodejs.util.inspect.custom')]: no })", "Error"],
    ["its bundle holds a BigInt", shows("() => ({ 'application/json': { n: 1n } })"), "TypeError"],
    [
      "its later bundle is a circle",
      `const circle: Record<string, unknown> = {}; circle.me = circle; ${shows("async () => ({ 'application/json': circle })")}`,
      "TypeError",
    ],
    ["its JSON throws", shows("() => ({ 'application/json': { toJSON: no } })"), "TypeError"],
    ["its text is a number", shows("() => ({ 'text/plain': 5 })"), "TypeError"],
    ["its text is null", shows("() => ({ 'text/plain': null })"), "TypeError"],
    ["its HTML is an object", shows("() => ({ 'text/html': { a: 1 } })"), "TypeError"],
    ["its JSON is a function", shows("() => ({ 'application/json': () => 1 })"), "TypeError"],
    ["its picture is a list of numbers", shows("() => ({ 'image/png': [1, 2] })"), "TypeError"],
    [
      "its metadata are a number",
      shows("() => ({ 'text/plain': 'a', [Symbol.for('intrinsic-params.metadata')]: 5 })"),
      "TypeError",
    ],
    ["it is text too long to send", "'\\u0001'.repeat(9e7)", "RangeError"],
  ])("%s", async (_, code, ename) => {
    expect(await fails(hostile + code)).toBe(ename);
  });

  test("a bundle that comes later is awaited, from any library's promise", async () => {
    const run = await kernel.run(
      shows("() => ({ then: (done: Function) => done({ 'text/plain': 'came' }) })"),
    );
    expect(ofType(run, "execute_result")[0].data).toEqual({ "text/plain": "came" });
  });

  test("half a character, as in '😀'[0], arrives as one that a notebook's file can hold", async () => {
    const half = "'😀'[0]";
    const run = await kernel.run(`console.log(${half}, "\\\\ud83d 😀"); throw new Error(${half});`);
    expect(printed(run)).toBe("\ufffd \\ud83d 😀\n");
    expect(run.reply.evalue).toBe("\ufffd");
    const shown = await kernel.run(shows(`() => ({ 'text/plain': ${half}, 'application/json': [${half}] })`));
    expect(ofType(shown, "execute_result")[0].data).toEqual({
      "text/plain": "\ufffd",
      "application/json": ["\ufffd"],
    });
  });

  test("a kernel whose global process a cell has replaced still answers", async () => {
    const cell = await kernel.run(
      "const real = process; Object.assign(globalThis, { process: undefined }); 0",
    );
    expect(cell.reply.status).toBe("ok");
    await lives();
    expect((await kernel.run("Object.assign(globalThis, { process: real }); 0")).reply.status).toBe("ok");
  });

  test("an output that cannot be shown does not hold back those after it", async () => {
    const run = await kernel.run(
      `import { display } from "intrinsic-params";\nawait display(${shows("() => ({ 'application/json': 1n })")}).catch((e: Error) => console.log(e.message));\nconsole.log("after");`,
    );
    expect(printed(run)).toBe("An output of type application/json cannot be written as JSON.\nafter\n");
  });
});

describe("whatever the compiler cannot do, the request is answered, and the next cell works", () => {
  const deep = `${"(".repeat(30_000)}1${")".repeat(30_000)}`;
  const sum = Array.from({ length: 4000 }, () => "1").join(" + ");

  test.each([
    ["parentheses", deep],
    ["blocks", "{".repeat(30_000) + "}".repeat(30_000)],
    ["arrays", "[".repeat(30_000) + "]".repeat(30_000)],
  ])("a source nested thirty thousand deep: %s", async (_, code) => {
    expect(await fails(code)).toBe("CompilerError");
  });

  test.each([
    ["a sum of a hundred thousand terms", Array.from({ length: 1e5 }, () => "1").join("+")],
    ["one that is not finished", `const bad = (${"1+".repeat(1e5)}`],
  ])("%s is refused at once, not after minutes", async (_, code) => {
    expect(await fails(code)).toBe("CompilerError");
  });

  test.each([
    ["a line of a thousand errors", `${"-".repeat(2000)}1`],
    ["a wrong line of two million characters", `const bad: number = "${"y".repeat(2e6)}";`],
    ["three hundred wrong lines", Array.from({ length: 300 }, (_, i) => `wrong${i};`).join("\n")],
  ])("the report of %s stays short enough to read", async (_, code) => {
    const { reply } = await kernel.run(code);
    expect(reply.ename).toBe("TypeScriptError");
    expect(reply.traceback.length).toBeLessThanOrEqual(62);
    expect(reply.traceback.join("\n").length).toBeLessThan(20_000);
    await lives();
  });

  test("of many errors the first twenty are shown, the others counted", async () => {
    const { reply } = await kernel.run(Array.from({ length: 33 }, (_, i) => `wrong${i};`).join("\n"));
    expect(reply.traceback[0]).toBe("TypeScriptError: 33 errors");
    expect(reply.traceback.filter((line: string) => /: TS2304: /.test(line))).toHaveLength(20);
    expect(reply.traceback.at(-1)).toBe("… and 13 more errors");
  });

  test("of a long line what is around the error is shown, with the caret below it", async () => {
    const { reply } = await kernel.run(`const long = ["${"y".repeat(3000)}", wrong, "${"z".repeat(3000)}"];`);
    const [, , line, carets] = reply.traceback as string[];
    expect(line).toHaveLength(4 + 1 + 200 + 1);
    expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("wrong");
    const { reply: thrown } = await kernel.run(
      `"${"y".repeat(3000)}"; missing(); function missing() { throw new Error("here"); }`,
    );
    const [, , text, caret] = thrown.traceback as string[];
    expect(text.slice(caret.indexOf("^"), caret.indexOf("^") + 9)).toBe("new Error");
  });

  test("a sum of four thousand terms is answered", async () => {
    const run = await kernel.run(sum);
    expect(["4000", "CompilerError"]).toContain(
      ofType(run, "execute_result")[0]?.data["text/plain"] ?? run.reply.ename,
    );
    await lives();
  });

  test.each(["complete_request", "inspect_request"])("%s of such a source", async (type) => {
    const reply = await kernel.do<{ content: object }>("ask", {
      type,
      content: { code: deep, cursor_pos: 30_000 },
    });
    expect(reply.content).toMatchObject({ status: "error", ename: "CompilerError" });
    await lives();
  });

  test("is_complete_request of such a source", async () => {
    const reply = await kernel.do<{ content: object }>("ask", {
      type: "is_complete_request",
      content: { code: deep },
    });
    expect(reply.content).toEqual({ status: "unknown" });
    await lives();
  });

  test.each(["browser", "module x"])(
    "a comment that asks for @%s is refused, not passed over",
    async (tag) => {
      expect(await fails(`/** @${tag} */\nconst a = 1;`)).toBe("Error");
      expect(await fails(`  /**\n * Words.\n * @${tag}\n */\nconst a = 1;`)).toBe("Error");
      expect((await kernel.run(`const t = "/** @${tag} */"; // @${tag}`)).reply.status).toBe("ok");
    },
  );
});
