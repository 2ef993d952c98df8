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
    ["it is text too long to send", "'\\u0001'.repeat(9e7)", "RangeError"],
  ])("%s", async (_, code, ename) => {
    expect(await fails(hostile + code)).toBe(ename);
  });

  test("an output that cannot be shown does not hold back those after it", async () => {
    const run = await kernel.run(
      `import { display } from "intrinsic-params";\nawait display(${shows("() => ({ 'application/json': 1n })")}).catch((e: Error) => console.log(e.message));\nconsole.log("after");`,
    );
    expect(printed(run)).toBe("an output of type application/json cannot be written as JSON\nafter\n");
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

  test("a sum of four thousand terms is answered", async () => {
    const run = await kernel.run(sum);
    expect(["4000", "CompilerError"]).toContain(
      ofType(run, "execute_result")[0]?.data["text/plain"] ?? run.reply.ename,
    );
    await lives();
  });

  test("a module of an earlier cell is there after the compiler had to be replaced, and runs only once", async () => {
    await kernel.run("/** @module kept */\nexport const kept = { at: Math.random() };");
    const before = await kernel.run("import { kept } from './kept'; const first = kept; first.at");
    expect(before.reply.status).toBe("ok");
    await fails(deep);
    const after = await kernel.run("import { kept } from './kept'; kept === first");
    expect(ofType(after, "execute_result")[0]?.data["text/plain"]).toBe("true");
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

  test.each(["__tslab__", "__prev__", "tslab", "x"])("a comment that names a module %s", async (name) => {
    const run = await kernel.run(`/** @module ${name} */\nexport const a = 1;`);
    expect(["ok", "error"]).toContain(run.reply.status);
    await lives();
  });

  test("a comment that asks for a browser is refused, not passed over", async () => {
    expect(await fails("/** @browser */\nconst a = 1;")).toBe("Error");
  });
});
