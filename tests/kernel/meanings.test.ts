import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kernel, ofType, printed } from "./kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

/** What the last of these cells gives, each of them without an error. */
async function gives(...cells: string[]): Promise<string | undefined> {
  let text: string | undefined;
  for (const code of cells) {
    const run = await kernel.run(code);
    expect(run.reply.status, `${code}\n${run.reply.traceback?.join("\n")}`).toBe("ok");
    text = ofType(run, "execute_result")[0]?.data["text/plain"];
  }
  return text;
}

describe("cells mean what they say", () => {
  test.each<[string, string[], string | undefined]>([
    ["a value after a line without a semicolon", ["let k = 1\n\nk++", "k\nk + 1"], "3"],
    ["an increment after a value", ["let m = 1\nm\n++m"], "2"],
    ["a call, and then a value", ["console.log('hi')\n'a'"], "a"],
    ["names that the kernel uses itself", ["let cell = 1, meta = 2; cell + meta", "cell * meta"], "2"],
    [
      "names of globals",
      ["let URL = 'u', process = 'p', require = 'r'; URL + process + require", "URL"],
      "u",
    ],
    [
      "names that the compiler's helpers have",
      [
        "const _stack = [1], _init = 4, _error = 6",
        "using held = { [Symbol.dispose]() {} }; ({ _stack: 2, _error: 3 })._stack",
        "_stack[0] + _init + _error",
      ],
      "11",
    ],
    [
      "an enum that is declared again as it was",
      [
        'enum Colour { Red = "r" }',
        "let c: Colour = Colour.Red; function isRed(k: Colour) { return k === Colour.Red }",
        'enum Colour { Red = "r" }',
        "isRed(Colour.Red) && c === Colour.Red",
      ],
      "true",
    ],
    [
      "a class with private members that is declared again as it was",
      [
        "class P { #x = 1; get x() { return this.#x } }",
        "let p = new P(); const ps: P[] = []",
        "class P { #x = 1; get x() { return this.#x } }",
        "p = new P(); ps.push(p); ps[0].x",
      ],
      "1",
    ],
    [
      "a dynamic import with attributes",
      ["(await import('../package.json', { with: { type: 'json' } })).default.name"],
      "intrinsic-params",
    ],
    ["an array with holes", ["new Array(3)"], "[ <3 empty items> ]"],
    [
      "an array with a billion holes",
      ["let holes = new Array(3); holes.length = 1e9; holes"],
      "[ <1000000000 empty items> ]",
    ],
  ])("%s", async (_, cells, text) => expect(await gives(...cells)).toBe(text));
});

test("both errors of a disposal that failed are told", async () => {
  const run = await kernel.run(
    "using r = { [Symbol.dispose]() { throw new Error('in dispose') } }; throw new Error('in body');",
  );
  expect(run.reply.traceback.join("\n")).toMatch(
    /Caused by Error: in dispose[\s\S]*Caused by Error: in body/,
  );
});

test("a cell of 20 MB in one string runs", async () => {
  const code = `const long = "${"x\\n".repeat(7_000_000)}"; long.length`;
  const run = await kernel.run(code, {}, { timeout: 120 });
  expect(ofType(run, "execute_result")[0]?.data["text/plain"]).toBe("14000000");
}, 130_000);

test("many values that a client asks for make no noise", async () => {
  const names = Array.from({ length: 20 }, (_, i) => [`e${i}`, `${i} + 1`]);
  const run = await kernel.run("const noise = 0;", { user_expressions: Object.fromEntries(names) });
  expect(run.reply.user_expressions.e19.data["text/plain"]).toBe("20");
  expect(printed(run, "stderr")).toBe("");
});

describe("Stop ends", () => {
  test("a child process that a cell waits for", async () => {
    const id = await kernel.send(
      "console.log('running'); require('node:child_process').execSync('sleep 20');",
    );
    await kernel.do("await_text", { text: "running" });
    await kernel.do("sleep", { seconds: 0.3 });
    await kernel.do("interrupt");
    const run = await kernel.collect(id);
    expect(run.reply.status).toBe("error");
    expect(run.seconds).toBeLessThan(5);
  });

  test("what an earlier cell has left behind and keeps the next one from beginning", async () => {
    await kernel.run("setTimeout(() => { while (true) {} }, 50); let survivor = 7;");
    await kernel.do("sleep", { seconds: 0.3 });
    const id = await kernel.send("survivor");
    await kernel.do("sleep", { seconds: 0.3 });
    await kernel.do("interrupt");
    expect((await kernel.collect(id)).reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(await gives("survivor")).toBe("7");
  });
});
