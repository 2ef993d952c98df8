import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LanguageServer } from "../../../src/kernel/types/languageServer";
import { TypeChecker } from "../../../src/kernel/types/typeChecker";
import { Notebook } from "./notebook";

const notebook = new Notebook();
afterAll(() => notebook.checker.close());

/** What a cell declares, what a later cell may do with it, and what is an error there. */
const carried: [what: string, declares: string, right: string, wrong: string, number: number][] = [
  ["const", "const c1 = 3;", "let w1 = c1; w1 = 4;", "c1 = 4;", 2588],
  ["let", "let l1 = 'a';", "l1 = 'b';", "l1 = 1;", 2322],
  [
    "var in a loop",
    "for (var v1 = 0; v1 < 1; v1++) { var v2 = 'a'; }",
    "v1 + v2.length;",
    "v2.toFixed();",
    2551,
  ],
  [
    "destructuring",
    "const { a: [d1, ...d2], ...d3 } = { a: [1, 'x'], b: 2 };",
    "d2.length + d3.b;",
    "d3.a;",
    2339,
  ],
  [
    "unique symbol",
    "const u1 = Symbol(); const uo = { [u1]: 1 };",
    "uo[u1].toFixed();",
    "uo[u1].length;",
    2339,
  ],
  ["function", "function f1<T>(a: T, b = 2) { return { a, b }; }", "f1('a').a.length;", "f1();", 2554],
  [
    "overloads",
    "function f2(a: string): string; function f2(a: number): number; function f2(a: any) { return a; }",
    "f2(1).toFixed();",
    "f2(true);",
    2769,
  ],
  [
    "assertion function",
    "function f3(x: unknown): asserts x is string {}",
    "const y1: unknown = 1; f3(y1); y1.length;",
    "const y2: unknown = 1; y2.length;",
    2339,
  ],
  [
    "inferred predicate",
    "function f4(x: unknown) { return typeof x === 'string'; }",
    "const y3: unknown = 1; if (f4(y3)) y3.length;",
    "f4(1).length;",
    2339,
  ],
  ["generator", "function* f5() { yield 1; }", "[...f5()][0].toFixed();", "[...f5()][0].length;", 2339],
  [
    "function with a property",
    "function f6() { return 1; } f6.more = 'a';",
    "f6().toFixed() + f6.more.length;",
    "f6.less;",
    2339,
  ],
  [
    "function and namespace",
    "function f7() { return 1; } namespace f7 { export type T = number; }",
    "const y4: f7.T = f7();",
    "const y5: f7.T = 'a';",
    2322,
  ],
  [
    "class",
    "class C1<T> { static s = 1; constructor(readonly v: T, private p = 1) {} }",
    "new C1('a').v.length + C1.s; class C2 extends C1<string> {}",
    "new C1(1).p;",
    2341,
  ],
  [
    "class with #field",
    "class C3 { #p = 1; get() { return this.#p; } }",
    "new C3().get().toFixed();",
    "const c3: C3 = { get: () => 1 };",
    2741,
  ],
  [
    "class expression",
    "const C4 = class { #p = 1; q = 2; }; const c4 = new C4();",
    "c4.q.toFixed(); new C4().q;",
    "c4.r;",
    2339,
  ],
  ["enum", "enum E1 { A, B = 'b' }", "const e1: E1 = E1.A;", "E1.C;", 2339],
  ["const enum", "const enum E2 { A = 'a' }", "E2.A.length;", "E2.B;", 2339],
  [
    "namespace",
    "namespace N1 { export const q = 1; export type Q = string; }",
    "const n1: N1.Q = String(N1.q);",
    "const n2: N1.Q = N1.q;",
    2322,
  ],
  [
    "namespace of types",
    "namespace N2 { export interface I { a: 1 } }",
    "const n3: N2.I = { a: 1 };",
    "const n4: N2.I = { a: 2 };",
    2322,
  ],
  [
    "merged interface",
    "interface I1 { a: number } interface I1 { b: string }",
    "const i1: I1 = { a: 1, b: '' };",
    "const i2: I1 = { a: 1 };",
    2741,
  ],
  [
    "type alias",
    "type T1<T> = { t: T };",
    "const t1: T1<number> = { t: 1 };",
    "const t2: T1<number> = { t: '' };",
    2322,
  ],
  [
    "local class",
    "function f8() { class P { y = 2 } return new P(); } const p1 = f8();",
    "p1.y.toFixed();",
    "p1.z;",
    2339,
  ],
  [
    "export",
    "export const x1 = 1; export default class K1 { a = 1 }",
    "new K1().a + x1;",
    "new K1().b;",
    2339,
  ],
  ["await", "const a1 = await Promise.resolve(1);", "a1.toFixed();", "a1.length;", 2339],
  ["default import", "import fs from 'node:fs';", "fs.existsSync('/');", "fs.nope;", 2339],
  [
    "two default imports",
    "import fsA from 'node:fs'; import fsB from 'node:fs';",
    "fsA.existsSync('/') && fsB.existsSync('/');",
    "fsB.nope;",
    2339,
  ],
  ["named import", "import { readFileSync as read } from 'node:fs';", "read('a').length;", "read();", 2554],
  ["namespace import", "import * as os from 'node:os';", "os.cpus().length;", "os.nope;", 2339],
  [
    "type-only import",
    "import type { Stats } from 'node:fs';",
    "const s1: Stats = null;",
    "const s2: Stats = 1;",
    2322,
  ],
  [
    "the library",
    "import { approximateLp, type Target } from 'intrinsic-params'; let target1: Target;",
    "const phi1 = approximateLp(target1, { n: 3 }); phi1.bound.toFixed();",
    "approximateLp(target1, { n: 3 }).nope;",
    2339,
  ],
  [
    "dynamic import",
    "const path1 = await import('node:path');",
    "path1.parse('a').name.length;",
    "path1.nope;",
    2339,
  ],
];

describe("a later cell knows", () => {
  test.each(carried)("%s", async (_, declares, right, wrong, number) => {
    expect(await notebook.cell(declares)).toEqual([]);
    expect(await notebook.cell(right)).toEqual([]);
    expect(await notebook.cell(wrong)).toEqual([expect.stringMatching(new RegExp(`TS${number}$`))]);
  });
});

test("a name can be declared anew with another type", async () => {
  for (const [code, use] of [
    ["const again = 1;", "again.toFixed();"],
    ["let again = 'a';", "again.length;"],
    ["function again() { return 1; }", "again().toFixed();"],
    ["class again { a = 1 }", "new again().a;"],
    ["import again from 'node:os';", "again.cpus();"],
    ["const again = /a/;", "again.test('a');"],
  ]) {
    expect(await notebook.cell(code), code).toEqual([]);
    expect(await notebook.cell(use), use).toEqual([]);
  }
});

describe("what was declared before a type was declared anew keeps its old type", () => {
  test("a type alias", async () => {
    await notebook.cell("type Old = { a: number }; const old: Old = { a: 1 }; const olds = [old];");
    expect(await notebook.cell("type Old = string; const fresh: Old = 'a'; old.a.toFixed();")).toEqual([]);
    expect(await notebook.cell("const alsoFresh: Old = fresh; olds[0].a.toFixed();")).toEqual([]);
    expect(await notebook.cell("const wrong: Old = old;")).toEqual(["1:7 TS2322"]);
    expect(await notebook.cell("const third = old;")).toEqual([]);
    expect(await notebook.cell("type Old = boolean;")).toEqual([]);
    expect(await notebook.cell("third.a.toFixed(); fresh.length; const b: Old = true;")).toEqual([]);
  });

  test("a class, by its name too", async () => {
    await notebook.cell("class Thing { private a = 1; get() { return this.a; } } const thing = new Thing();");
    await notebook.cell("class Thing { private b = 'b'; more() { return this.b; } }");
    expect(await notebook.cell("thing.get().toFixed(); new Thing().more().length;")).toEqual([]);
    expect(await notebook.cell("thing.more();")).toEqual(["1:7 TS2339"]);
    expect(await notebook.cell("const other: Thing = thing;")).toEqual(["1:7 TS2739"]);
  });

  test("a default import", async () => {
    await notebook.cell("import Emitter from 'node:events'; const emitter = new Emitter();");
    await notebook.cell("const Emitter = 3;");
    expect(await notebook.cell("emitter.on('a', () => {}); Emitter.toFixed();")).toEqual([]);
    expect(await notebook.cell("emitter.nope;")).toEqual(["1:9 TS2339"]);
  });

  test("a name of JavaScript's own", async () => {
    await notebook.cell("const ofOwn = new Map([[1, 'a']]);");
    await notebook.cell("class Map { mine = 1; }");
    expect(await notebook.cell("ofOwn.get(1).length; new Map().mine.toFixed();")).toEqual([]);
    expect(await notebook.cell("ofOwn.mine;")).toEqual(["1:7 TS2339"]);
  });
});

test("a cell with a wrong type changes nothing", async () => {
  await notebook.cell("let kept = 1;");
  expect(await notebook.cell("let kept = 'a'; let other: number = 'b';")).toEqual(["1:21 TS2322"]);
  expect(await notebook.cell("kept.toFixed();")).toEqual([]);
  expect(await notebook.cell("other;")).toEqual(["1:1 TS2304"]);
});

test("of a cell that fails, functions and types are kept, and the variables that its run has reached", async () => {
  const code =
    "function early() { return late; } type Early = 1; const first = 1; throw 0; const late = 2; class Late {}";
  expect(await notebook.cell(code, ["early", "first"])).toEqual([]);
  expect(await notebook.cell("early().toFixed(); const e: Early = first;")).toEqual([]);
  expect(await notebook.cell("late;")).toEqual(["1:1 TS2304"]);
  expect(await notebook.cell("new Late();")).toEqual(["1:5 TS2304"]);
});

test("errors are at the reader's place, in order, with their reasons", async () => {
  const { diagnostics, words, names } = await notebook.checker.check(
    "const a: { b: { c: number } } = {\n  b: { c: [] as string[] } };\nundeclared;",
  );
  expect(diagnostics[0]).toEqual({
    start: { offset: 41, line: 1, character: 7 },
    end: { offset: 42, line: 1, character: 8 },
    messageText: "Type 'string[]' is not assignable to type 'number'.",
    category: 1,
    code: 2322,
  });
  expect(diagnostics[1]).toMatchObject({ start: { line: 2, character: 0 }, code: 2304 });
  expect([...words].sort()).toEqual(["a", "b", "c", "undeclared"]);
  expect([...names]).toEqual(["a"]);
});

test("a variable has its declared type in later cells, whatever is known of its value", async () => {
  expect(
    await notebook.cell('let mode: "train" | "test" = "train"; let some: string | number = "a";'),
  ).toEqual([]);
  expect(await notebook.cell('if (mode === "test") some = 1;')).toEqual([]);
  expect(await notebook.cell('some = "b"; some.length;')).toEqual([]);
  expect(await notebook.cell("some.length;")).toEqual(["1:6 TS2339"]);
  expect(await notebook.cell('if (typeof some !== "string") throw 0; const text = some;')).toEqual([]);
  expect(await notebook.cell("text.length;")).toEqual([]);
  expect(await notebook.cell("let maybe: string | undefined; if (!maybe) maybe = process.env.NONE;")).toEqual(
    [],
  );
  expect(await notebook.cell("maybe.length;")).toEqual([]);
});

test("a cell whose first comment says so is not checked, but for its syntax, and later cells know its names", async () => {
  const comments = "#first\n/* more\n */ // and this\n  // @ts-nocheck because".replace("#", "// ");
  expect(await notebook.cell(`${comments}\nconst unchecked: { a: number } = 5; unknownName();`)).toEqual([]);
  expect(await notebook.cell("unchecked.a.toFixed();")).toEqual([]);
  expect(await notebook.cell("unchecked.b;")).toEqual(["1:11 TS2339"]);
  expect(await notebook.cell("// @ts-nocheck\nlet = ;")).toEqual(["2:7 TS1109"]);
  expect(await notebook.cell("1;\n// @ts-nocheck\nunknownName();")).toEqual(["3:1 TS2304"]);
  expect(await notebook.cell('"// @ts-nocheck"; unknownName();')).toEqual(["1:19 TS2304"]);
});

test("what a cell declares as global is known to later cells, and may be declared anew or added to", async () => {
  const globals = new Notebook();
  const cell = (code: string) => globals.cell(code);
  try {
    const first = `interface Kept { a: number }
      declare global {
        /** The last one. */
        interface Array<T> { lastOne(): T; lastOne(n: number): T[]; // both
          readonly kept: Kept; }
        interface Empty {}
        var table: Kept, other: string;
        namespace NodeJS { interface ProcessEnv { MINE: "a" | "b" } }
        function twice(x: number): number;
      }`;
    expect(await cell(first)).toEqual([]);
    const uses =
      "[1].lastOne().toFixed() + [1].lastOne(2).length + [].kept.a + table.a + other.length + twice(1);";
    expect(await cell(uses)).toEqual([]);
    expect(await cell("[1].lastOne().length;")).toEqual(["1:15 TS2339"]);
    expect(await cell("process.env.MINE === 'c';")).toEqual(["1:1 TS2367"]);
    expect(await cell(first)).toEqual([]);
    expect(await cell("declare global { interface Array<T> { firstOne(): T } }")).toEqual([]);
    expect(await cell(`[1].firstOne().toFixed(); ${uses}`)).toEqual([]);
    expect(
      await cell("declare global { interface Array<T> { lastOne(): string } var table: number }"),
    ).toEqual([]);
    expect(await cell("[1].lastOne().length + [1].firstOne() + table.toFixed();")).toEqual([]);
    expect(
      await cell("import 'node:os'; declare module 'node:os' { interface CpuInfo { mine: Kept } }"),
    ).toEqual([]);
    expect(await cell("import { cpus } from 'node:os'; cpus()[0].mine.a.toFixed();")).toEqual([]);
    expect(await cell("import { cpus } from 'node:os'; cpus()[0].mine.none;")).toEqual(["1:48 TS2339"]);
    expect(await cell("interface Kept { b: string } [].kept.a;")).toEqual([]);
    expect((await globals.checker.complete("glob", 4)).matches.map(({ text }) => text)).not.toContain(
      "global Empty",
    );
  } finally {
    await globals.checker.close();
  }
});

test("of a file beside the notebook errors are told, and changes are seen", async () => {
  const folder = mkdtempSync(join(tmpdir(), "intrinsic-params-"));
  const beside = new Notebook(folder);
  try {
    writeFileSync(join(folder, "side.ts"), "\nexport const wrong: number = 'a';");
    const { diagnostics } = await beside.checker.check("import { wrong } from './side';");
    expect(diagnostics).toMatchObject([
      { fileName: "side.ts", code: 2322, start: { offset: 14, line: 1, character: 13 } },
    ]);
    writeFileSync(join(folder, "side.ts"), "export const right = 'right now';");
    expect(await beside.cell("import { right } from './side.ts'; right.length;")).toEqual([]);
    expect(await beside.cell("import { late } from './late';")).toEqual(["1:22 TS2307"]);
    writeFileSync(join(folder, "late.ts"), "export const late = 1;");
    expect(await beside.cell("import { late } from './late'; late.toFixed();")).toEqual([]);
  } finally {
    await beside.checker.close();
    rmSync(folder, { recursive: true });
  }
});

test("a notebook outside of every project knows Node and tslab", async () => {
  const folder = mkdtempSync(join(tmpdir(), "intrinsic-params-"));
  const outside = new Notebook(folder);
  try {
    expect(
      await outside.cell("import * as tslab from 'tslab'; tslab.display.html('a'); process.version;"),
    ).toEqual([]);
  } finally {
    await outside.checker.close();
    rmSync(folder, { recursive: true });
  }
});

test("a notebook's folder may ask for JSX", async () => {
  const folder = mkdtempSync(join(tmpdir(), "intrinsic-params-"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } } // why',
  );
  const withJsx = new Notebook(folder);
  try {
    expect(await withJsx.cell("const h = (tag: string, _: unknown) => tag; const tag = <b />;")).toEqual([]);
    expect(await withJsx.cell("const again = <i>{tag}</i>; again.length;")).toEqual([]);
  } finally {
    await withJsx.checker.close();
    rmSync(folder, { recursive: true });
  }
});

describe("nothing is lost", () => {
  test("where the compiler's process ends: a new one knows all declarations", async () => {
    await notebook.cell("const survivor = { a: 1 };");
    const before = notebook.checker.pid;
    expect(before).toBeGreaterThan(0);
    process.kill(before as number, "SIGKILL");
    expect(await notebook.cell("survivor.a.toFixed();")).toEqual([]);
    const pid = notebook.checker.pid as number;
    expect(pid).not.toBe(before);
    const during = notebook.cell("survivor.a.length;");
    process.kill(pid, "SIGKILL");
    expect(await during).toEqual(["1:12 TS2339"]);
  });

  test.each([
    ["brackets", `${"(".repeat(100_000)}1${")".repeat(100_000)}`],
    ["objects", `${"({a:".repeat(20_000)}1${"})".repeat(20_000)}`],
    ["lists", "[".repeat(5000)],
  ])("where code is nested too deeply, %s", async (_, code) => {
    const error = await notebook.checker.check(code).catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: "CompilerError",
      message:
        "The code is nested too deeply for the compiler: split the expression into several statements.",
    });
    expect(await notebook.cell("survivor.a.toFixed();")).toEqual([]);
  });

  test("where many ask at once", async () => {
    const cells = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        notebook.checker.check(`const many${i}: number = ${i % 2 ? "'a'" : i};`),
      ),
    );
    expect(cells.map(({ diagnostics }) => diagnostics.length)).toEqual(cells.map((_, i) => i % 2));
  });
});

test.runIf(process.platform === "linux")(
  "the compiler's memory does not grow from cell to cell, also with all declarations of the library",
  async () => {
    const large = new Notebook();
    const megabytes = () => {
      const status = readFileSync(`/proc/${large.checker.pid}/status`, "utf8");
      return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1000;
    };
    const run = async (from: number, to: number) => {
      for (let i = from; i < to; i++)
        expect(await large.cell(`const memory${i}: number = phi.bound + ${i};`)).toEqual([]);
    };
    await large.cell(
      'import { approximateLp, gallery } from "intrinsic-params"; const phi = approximateLp(gallery.smooth(1), { n: 4 });',
    );
    await run(0, 50);
    const before = megabytes();
    await run(50, 250);
    // Each cell leaves 3 MB behind: that would be 600.
    expect(megabytes() - before).toBeLessThan(60);
    await large.checker.close();
  },
);

test("a request to a process that has ended fails", async () => {
  const server = new LanguageServer();
  const ended = server.ended.catch((error) => error);
  const request = server.request("initialize", {}).catch((error) => error);
  server.kill();
  expect(String(await ended)).toMatch(/has ended \(SIGKILL\)/);
  expect(String(await request)).toMatch(/has ended/);
});

test("a checker that cannot start says so at every request, and to nobody else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "intrinsic-params-"));
  const nowhere = new Notebook(folder);
  rmSync(folder, { recursive: true });
  for (let i = 0; i < 2; i++) {
    const error = await nowhere.checker.check("1").catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: "CompilerError",
      cause: expect.objectContaining({ message: expect.stringMatching(/ENOENT/) }),
    });
  }
  await nowhere.checker.close();
});

test("the folder of a kernel that was killed is removed by the next one, and that of a living one is not", async () => {
  const { pid = 0 } = spawnSync(process.execPath, ["-e", ""]);
  const [orphan, living] = [pid, process.pid].map((of) => mkdtempSync(join(tmpdir(), `cells-${of}-`)));
  const checker = new TypeChecker({ directory: tmpdir() });
  await checker.check("1");
  await checker.close();
  expect([orphan, living].map((folder) => existsSync(folder))).toEqual([false, true]);
  rmSync(living, { recursive: true });
});
