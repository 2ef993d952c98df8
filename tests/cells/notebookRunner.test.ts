import { describe, expect, test } from "vitest";
import { Notebook } from "./cells";

/** The value of the last of some cells of a new notebook. */
const value = (...codes: string[]) => new Notebook().value(...codes);
/** What the cell `setup` shows of some cells before it. */
const failure = async (...codes: string[]) => {
  const notebook = new Notebook();
  await notebook.value(...codes.slice(0, -1));
  return notebook.failure(codes.at(-1)!);
};

describe("one scope", () => {
  test("a function of an earlier cell sees what later cells assign and redefine", async () => {
    expect(await value("let s = 1; const get = () => s", "s = 5; get()")).toBe(5);
    expect(await value("let c = 0; function inc() { c++ } inc(); inc()", "c = 10; inc(); c")).toBe(11);
    expect(
      await value(
        "function b() { return 1 } function u() { return b() }",
        "function b() { return 2 }",
        "u()",
      ),
    ).toBe(2);
    expect(await value("class A { n = 1 } const make = () => new A()", "class A { n = 2 }", "make().n")).toBe(
      2,
    );
  });

  test("a cell replaces what it declared before, of whatever kind it was", async () => {
    expect(await value("const a = 1", "const a = 2", "a")).toBe(2);
    expect(await value("const a = 1", "let a = 'two'", "a += '!'; a")).toBe("two!");
    expect(await value("class A {}", "const A = 3", "A")).toBe(3);
    expect(await value("const f = 1", "function f() { return 2 }", "f()")).toBe(2);
    expect(await value("let x", "x")).toBe(undefined);
    expect(await value("let x = 1", "let x", "x")).toBe(undefined);
    expect(await value("var x = 1", "var x; x")).toBe(1);
  });

  test("until its declaration is reached again, a name has its old value; before the first time, none", async () => {
    expect(await value("let a = 1", "const old = a; let a = 2; [old, a]")).toEqual([1, 2]);
    const [message] = await failure("const early = () => late", "early(); const late = 1");
    expect(message).toBe("ReferenceError: late is not defined");
    expect((await failure("a; let a = 1"))[0]).toBe(
      "ReferenceError: Cannot access 'a' before initialization",
    );
    expect((await failure("a = 2; let a = 1"))[0]).toBe(
      "ReferenceError: Cannot access 'a' before initialization",
    );
    expect((await failure("a = 2; const a = 1"))[0]).toBe(
      "ReferenceError: Cannot access 'a' before initialization",
    );
    expect((await failure("typeof a; let a = 1"))[0]).toBe(
      "ReferenceError: Cannot access 'a' before initialization",
    );
    expect(await value("const before = v; var v = 1; before")).toBe(undefined);
  });

  test("names that a failing cell has reached are kept, and reported as reached", async () => {
    const notebook = new Notebook();
    const outcome = await notebook.run(
      "const a = 1; let { b, c: [d] } = { b: 2, c: [3] }; function f() { return a } enum E { X } throw 0; const late = 1; class L {} var v = 1; namespace N { export const n = 1 }",
    );
    expect(outcome).toHaveProperty("error");
    expect(outcome.reached.sort()).toEqual(["E", "a", "b", "d", "f"]);
    expect(await notebook.value("[a, b, d, f(), E.X]")).toEqual([1, 2, 3, 1, 0]);
    expect((await notebook.failure("late"))[0]).toBe("ReferenceError: late is not defined");
    expect(
      (await notebook.run("var w; let u; for (var i = 0; i < 2; i++); for (var k in {}) ;")).reached,
    ).toEqual(["w", "u", "i", "k"]);
    const failed = await notebook.run("var p = 1; var q; for (var m in {}); throw 0; var s");
    expect(failed.reached).toEqual(["p", "q"]);
    expect((await notebook.run("const a = 5; 7")).reached).toEqual(["a"]);
    expect((await notebook.run("a + 1")).reached).toEqual([]);
  });

  test("a cell that is stopped while it awaits keeps what it has reached, and gives no later name", async () => {
    const notebook = new Notebook();
    const controller = new AbortController();
    const run = notebook.run("const a = 1; await new Promise(() => {}); const b = 2", {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("stopped")), 20);
    const outcome = await run;
    expect(outcome).toHaveProperty("error");
    expect(outcome.reached).toEqual(["a"]);
    expect(await notebook.value("a")).toBe(1);
  });

  test("names of cells are no properties of the global object, and libraries do not see them", async () => {
    expect(
      await value("let URL = 1; const document = 2; var v = 3; function fun() {} class C {}", "URL"),
    ).toBe(1);
    expect(globalThis).not.toHaveProperty("document");
    expect(globalThis).not.toHaveProperty("v");
    expect(globalThis).not.toHaveProperty("fun");
    expect(new URL("http://a/b").pathname).toBe("/b");
  });

  test("cells run in this realm, as strict code, without a value of `this`", async () => {
    expect(await value("[] instanceof Array")).toBe(true);
    expect(Array.isArray(await value("[1]"))).toBe(true);
    expect(await value("[]")).toBeInstanceOf(Array);
    expect((await failure("Object.freeze([1])[0] = 2"))[0]).toMatch("TypeError: Cannot assign to read only");
    expect(await value("this")).toBe(undefined);
    expect(await value("function self(this: unknown) { return this }", "self()")).toBe(undefined);
  });
});

describe("each way to read and write a name", () => {
  const later = async (declaration: string, code: string) => {
    const together = await value(`${declaration};\n${code}`);
    const apart = await value(declaration, code);
    expect(apart).toEqual(together);
    return together;
  };

  test("calls give no `this`, also optional ones and tagged templates", async () => {
    const self = "const self = function (this: unknown, ...all: unknown[]) { return [this, ...all.flat()] }";
    expect(await later(self, "self(1)")).toEqual([undefined, 1]);
    expect(await later(self, "self?.(1)")).toEqual([undefined, 1]);
    expect(await later(self, "self`a${1}b`")).toEqual([undefined, "a", "b", 1]);
    expect(await later("const o = { m() { return this === o } }", "[o.m(), o?.m(), o['m']()]")).toEqual([
      true,
      true,
      true,
    ]);
    expect(await later("const none = undefined as any", "[none?.x, none?.(1), none?.x.y.z()]")).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await later("class P { constructor(public n: number) {} }", "[new P(3).n, (new P(4)).n]")).toEqual(
      [3, 4],
    );
    expect(await later("const ns = { P: class { n = 1 } }", "new ns.P().n")).toBe(1);
  });

  test("shorthands, spreads, computed keys, templates, typeof, delete, in and instanceof", async () => {
    const declared = "let a = 1, b = [2], o = { p: 3 } as any; class C {}; const k = 'q'";
    expect(
      await later(
        declared,
        "({ a, b, [k]: o.p, s: [...b, `${a}`], t: typeof a, d: delete o.p, i: 'p' in o, c: new C() instanceof C, ...o, f: { f() { return a } }.f(), get g() { return a } })",
      ),
    ).toMatchObject({ a: 1, b: [2], q: 3, s: [2, "1"], t: "number", d: true, i: false, c: true, f: 1, g: 1 });
  });

  test("increments and compound assignments", async () => {
    expect(await later("let a = 1", "[a++, ++a, a--, --a, a += 2, a *= 3, a **= 2, -a, a]")).toEqual([
      1, 3, 3, 1, 3, 9, 81, -81, 81,
    ]);
    expect(
      await later("let a: any = null, b: any = 0, c: any = 1", "[a ??= 1, b ||= 2, c &&= 3, a, b, c]"),
    ).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test("destructuring assignments in every form", async () => {
    const declared = "let a: any, b: any, c: any, d: any, e: any";
    const code =
      "({ a, b: [b = 5, ...c], ['d']: d = () => 1, ...e } = { a: 1, b: [undefined, 3, 4], x: 6 } as any); [a, b, c, d(), d.name, e]";
    expect(await later(declared, code)).toEqual([1, 5, [3, 4], 1, "d", { x: 6 }]);
    expect(
      await later(declared, "[a, b] = [1, 2]; [a, b] = [b, a]; ({ c = 7 } = {} as any); [a, b, c]"),
    ).toEqual([2, 1, 7]);
    expect(await later(declared, "for ([a, b] of [[1, 2], [3, 4]]); for (c in { k: 1 }); [a, b, c]")).toEqual(
      [3, 4, "k"],
    );
    expect(await later(`${declared}; const o = {} as any`, "[o.x, o['y'], a] = [1, 2, 3]; [o, a]")).toEqual([
      { x: 1, y: 2 },
      3,
    ]);
  });

  test("destructuring declarations in every form", async () => {
    const declared =
      "const source = { a: 1, b: [undefined, 3, 4], deep: { er: [5] }, x: 6 } as any; const key = 'x';\n";
    expect(
      await later(
        `${declared}const { a, b: [b = a + 1, ...c], deep: { er: [er] = [0] }, [key]: x, none = () => a, ...rest } = source`,
        "[a, b, c, er, x, none(), none.name, rest]",
      ),
    ).toEqual([1, 2, [3, 4], 5, 6, 1, "none", {}]);
    expect(
      await later("let [a, , b = 2, ...[c, d]] = [1, 0, , 3, 4] as any[], e = a", "[a, b, c, d, e]"),
    ).toEqual([1, 2, 3, 4, 1]);
    expect(await later("var { length } = 'abc'", "length")).toBe(3);
    expect(await later("const {} = {}; const [] = []; let z = 1", "z")).toBe(1);
    expect(
      await later("for (var { p, q = 2 } of [{ p: 1 } as any]); for (var [r] of [[3]]);", "[p, q, r]"),
    ).toEqual([1, 2, 3]);
    expect(await later("for (var i = 0, n = 3; i < n; i++); for (var k in { s: 1 });", "[i, n, k]")).toEqual([
      3,
      3,
      "s",
    ]);
    expect(
      await later("if (true) { var deep = 1; } else var other = 2; { let inner = 3 }", "[deep, other]"),
    ).toEqual([1, undefined]);
    expect(
      await later("switch (1 as number) { case 1: var one = 1; break; default: var two = 2 }", "[one, two]"),
    ).toEqual([1, undefined]);
    expect(
      await later(
        "try { throw 1 } catch (e) { var caught = e } finally { var done = true }",
        "[caught, done]",
      ),
    ).toEqual([1, true]);
    expect(await later("label: for (var x of [1, 2]) { for (;;) continue label }", "x")).toBe(2);
  });

  test("parameters, inner variables and labels of the same name stay what they are", async () => {
    expect(
      await later(
        "let x = 1; const f = (x: number) => x + 1; const g = () => { let x = 5; { let x = 6; } return x }; const h = ({ x }: any, [y] = [x]) => [x, y]",
        "[f(10), g(), h({ x: 3 }), x, ((x) => x)(8), (() => { try { throw 9 } catch (x) { return x } })()]",
      ),
    ).toEqual([11, 5, [3, 3], 1, 8, 9]);
    expect(
      await later("let x = 1, o = { x: 2, y: { x: 3 } }", "x: for (;;) { break x } [o.x, o.y.x, x]"),
    ).toEqual([2, 3, 1]);
    expect(await later("const f = function f2(n: number): number { return n ? f2(n - 1) : 7 }", "f(3)")).toBe(
      7,
    );
  });

  test("closures and class bodies: fields, statics, private names, getters, generators", async () => {
    const code = `
      let base = 1;
      class A { #p = base; static s = base + 1; static { base += 10 } get p() { return this.#p + base } has(o: object) { return #p in o } }
      class B extends A { q = A.s; *[Symbol.iterator]() { yield base; yield this.q } async later() { return base } }
    `;
    const out = "const it = new B(); [it.p, it.has(it), B.s, [...it], await it.later(), A.name, B.name]";
    expect(await later(code, out)).toEqual([22, true, 2, [11, 2], 11, "A", "B"]);
    expect(await later("let log: number[] = []; for (let i = 0; i < 3; i++) { log.push(i) }", "log")).toEqual(
      [0, 1, 2],
    );
    expect(
      await later(
        "const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i)",
        "fs.map((f) => f())",
      ),
    ).toEqual([0, 1, 2]);
  });

  test("functions are hoisted, and call one another whatever their order", async () => {
    expect(
      await value(
        "const r = even(10); function even(n: number): boolean { return n === 0 || odd(n - 1) } function odd(n: number): boolean { return n !== 0 && even(n - 1) } r",
      ),
    ).toBe(true);
    expect(
      await value(
        "async function a() { return 1 } function* g() { yield 2 } async function* h() { yield 3 } [await a(), [...g()], (await h().next()).value]",
      ),
    ).toEqual([1, [2], 3]);
  });

  test("functions and classes keep the names that JavaScript gives them", async () => {
    expect(
      await later(
        "const f = () => {}, g = function () {}, h = class {}, i = async () => {}, j = (0, () => {}); let k: any; k = () => {}; let l: any; l ??= class { static n = this.name }; var __proto__: any = () => {}; const p = (() => {}); const q = function own() {}",
        "[f.name, g.name, h.name, i.name, j.name, k.name, l.name, l.n, __proto__.name, p.name, q.name]",
      ),
    ).toEqual(["f", "g", "h", "i", "", "k", "l", "l", "__proto__", "p", "own"]);
    expect(await later("function f() {} class C { static n = this.name }", "[f.name, C.name, C.n]")).toEqual([
      "f",
      "C",
      "C",
    ]);
  });

  test("writing to a constant throws a TypeError, reading it on the way does not", async () => {
    for (const write of [
      "a = 1",
      "a += 1",
      "a++",
      "[a] = [1]",
      "({ a } = { a: 1 })",
      "for (a of [1]);",
      "a ||= 1",
    ]) {
      expect((await failure(`const a = 0; ${write}`))[0], write).toBe(
        "TypeError: Assignment to constant variable.",
      );
      expect((await failure("const a = 0", write))[0], write).toBe(
        "TypeError: Assignment to constant variable.",
      );
    }
    expect(await value("const a = 1", "a ||= 2; a ??= 3; a")).toBe(1);
    expect(await value("const a = 1", "let said; try { a = 2 } catch (e) { said = e.message } said")).toBe(
      "Assignment to constant variable.",
    );
    expect((await failure('import fs from "node:fs"', "fs = 1"))[0]).toBe(
      "TypeError: Assignment to constant variable.",
    );
  });

  test("statements without semicolons do not run together", async () => {
    expect(
      await value(
        "let f = () => 1, a = [1], o\nf()\n;[o] = a\nconst { length } = a\nf()\nclass C {}\n(f)()\nlength + o",
      ),
    ).toBe(2);
  });
});

describe("a cell's value", () => {
  test("is that of its last statement if that is an expression, a text too", async () => {
    expect(await value("1; 2")).toBe(2);
    expect(await value("'text'")).toBe("text");
    expect(await value("'use strict'; 'two'")).toBe("two");
    expect(await value("null")).toBe(null);
    expect(await value("(1, 2)")).toBe(2);
    expect(await value("({ a: 1 })")).toEqual({ a: 1 });
    expect(await value("let x; x = 5")).toBe(5);
    expect(await value("(function () { return 3 })()")).toBe(3);
    expect(await value("(class { static n = 4 }).n")).toBe(4);
    expect(await value("async () => {}")).toBeTypeOf("function");
    expect(await value("7 // last\n;")).toBe(7);
    expect(await value("8\nexport {}")).toBe(8);
    expect(await value("interface A {}\n9\ntype B = 1")).toBe(9);
    expect(await value("let y = 1;\ny\n/* end */")).toBe(1);
  });

  test("is none for declarations, loops and undefined", async () => {
    const notebook = new Notebook();
    for (const code of [
      "const a = 1",
      "if (true) 1",
      "undefined",
      "void 0",
      "for (const i of [1]) i",
      "",
      "// x",
      "1; function f() {}",
    ])
      expect(await notebook.run(code), code).not.toHaveProperty("value");
  });

  test("is a promise if a cell ends in one, and is not awaited, also in a cell that awaits", async () => {
    const notebook = new Notebook();
    for (const code of ["new Promise(() => {})", "await null; new Promise(() => {})"]) {
      const outcome = await notebook.run(code);
      expect(outcome, code).toHaveProperty("value");
      expect((outcome as { value: unknown }).value, code).toBeInstanceOf(Promise);
    }
    expect(await value("await Promise.resolve(6)")).toBe(6);
    expect(await notebook.run("({ then(done: (n: number) => void) { done(1) } })")).toHaveProperty(
      "value.then",
    );
  });

  test("an expression is evaluated as a cell that declares nothing", async () => {
    const notebook = new Notebook();
    await notebook.value("let n = 4");
    const { compiled } = await import("./cells");
    const more = { label: "expression", signal: new AbortController().signal, stopped: () => false };
    expect(await notebook.runner.evaluate({ ...compiled("n * 2"), ...more })).toEqual({ value: 8 });
    await notebook.runner.evaluate({ ...compiled("const hidden = 1"), ...more });
    expect((await notebook.failure("hidden"))[0]).toBe("ReferenceError: hidden is not defined");
  });
});

describe("await", () => {
  test("stands at the top of a cell, in loops, patterns and templates", async () => {
    expect(
      await value("const a = await Promise.resolve(1), { b = await 2 } = {} as any; `${await a}${b}`"),
    ).toBe("12");
    expect(await value("let s = 0; for await (const x of [1, Promise.resolve(2)]) s += x; s")).toBe(3);
    expect(await value("for await (var x of [1, 2]);", "x")).toBe(2);
    expect(
      await value(
        "async function* g() { yield 1; yield 2 } const all: number[] = []; for await (const x of g()) all.push(x); all",
      ),
    ).toEqual([1, 2]);
  });

  test("inside of functions does not make a cell asynchronous", async () => {
    const order = [];
    const notebook = new Notebook();
    await notebook.value(
      "const log: string[] = []; const f = async () => { await null; log.push('f') }; f(); log.push('cell')",
    );
    order.push(...((await notebook.value("log")) as string[]));
    expect(order).toEqual(["cell", "f"]);
  });

  test("an error after it fails the cell", async () => {
    expect((await failure("await null; throw new RangeError('late')"))[0]).toBe("RangeError: late");
    expect((await failure("await Promise.reject(new RangeError('refused'))"))[0]).toBe("RangeError: refused");
  });
});

describe("TypeScript's own statements", () => {
  test("enums and namespaces are shared, merge within a cell, and start afresh when declared again", async () => {
    expect(await value("enum E { A, B = 5, C }", "[E.A, E.C, E[5]]")).toEqual([0, 6, "B"]);
    expect(await value("enum E { A }", "enum E { B }", "Object.keys(E)")).toEqual(["0", "B"]);
    expect(await value("enum E { A } enum E { B = 1 }", "Object.keys(E)")).toEqual(["0", "1", "A", "B"]);
    expect(
      await value(
        "namespace N { export let n = 1; export const inc = () => ++n } namespace N { export const m = n }",
        "[N.inc(), N.n, N.m]",
      ),
    ).toEqual([2, 2, 1]);
    expect(
      await value(
        "namespace N { export const a = 1 }",
        "namespace N { export const b = 2 }",
        "Object.keys(N)",
      ),
    ).toEqual(["b"]);
    expect(await value("class K { static s = 1 } namespace K { export const t = 2 }", "[K.s, K.t]")).toEqual([
      1, 2,
    ]);
    expect(await value("function k() { return 1 } namespace k { export const t = 2 }", "[k(), k.t]")).toEqual(
      [1, 2],
    );
    expect(await value("namespace A.B { export const c = 1 }", "A.B.c")).toBe(1);
    expect(await value("const enum C { X = 3 }", "C.X")).toBe(3);
  });

  test("until an enum is declared again, it is the old one", async () => {
    expect(await value("enum E { A }", "const old = E; enum E { B } [Object.keys(old), old === E]")).toEqual([
      ["0", "A"],
      false,
    ]);
  });

  test("standard decorators get their contexts", async () => {
    expect(
      await value(
        "const seen: string[] = []; function note(_: unknown, { kind, name }: any) { seen.push(`${kind} ${String(name)}`) } @note class A { @note m() { return A } @note accessor x = 1; static s = 5 }",
        "[seen, new A().m() === A, new A().x, A.s, A.name]",
      ),
    ).toEqual([["method m", "accessor x", "class A"], true, 1, 5, "A"]);
  });

  test("`using` disposes at the cell's end, shares the cell's names, and gives the value", async () => {
    const open =
      "const log: string[] = []; const open = (n: string) => ({ n, [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() { log.push(n) }, async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() { log.push('async ' + n) } })";
    expect(
      await value(
        open,
        "using a = open('a'), b = open('b'); const c = 1; class D { n = 2 } enum E { F } function g() { return a.n } let { length } = a.n; log.length + c",
        "[log, a.n, c, new D().n, D.name, E.F, g(), length]",
      ),
    ).toEqual([["b", "a"], "a", 1, 2, "D", 0, "a", 1]);
    expect(await value(open, "using a = open('a'); 'value'")).toBe("value");
    expect(await value(open, "await using a = open('a'); 'value'")).toBe("value");
    expect(await value(open, "await using a = open('a'); await null; 3", "log")).toEqual(["async a"]);
    const notebook = new Notebook();
    await notebook.value(open);
    const outcome = await notebook.run(
      "using a = open('a'); const c = 1; throw new RangeError('no'); const d = 1",
    );
    expect(outcome).toMatchObject({ error: { ename: "RangeError" } });
    expect(outcome.reached).toEqual(["a", "c"]);
    expect(await notebook.value("log")).toEqual(["a"]);
  });

  test("`export` in front of a declaration is dropped, and `export default` evaluates", async () => {
    expect(
      await value(
        "export const a = 1, { b } = { b: 2 }; export let c = 3; export function f() { return 4 } export class C {} export enum E { X } export { a as z }; export type T = 1",
        "[a, b, c, f(), new C() instanceof C, E.X]",
      ),
    ).toEqual([1, 2, 3, 4, true, 0]);
    expect(await value("let n = 0; export default n = 5", "n")).toBe(5);
    expect(await value("export default function foo() { return 1 }", "foo()")).toBe(1);
    expect(await value("export default class Foo {}", "new Foo() instanceof Foo")).toBe(true);
  });

  test("names that only the compiler has added are not shared", async () => {
    const notebook = new Notebook();
    await notebook.value("using a = null; function dec(..._: any[]) {} @dec class A { @dec x = 1 }");
    for (const name of ["_stack", "__using", "_A", "__decorateElement"])
      expect((await notebook.failure(name))[0]).toBe(`ReferenceError: ${name} is not defined`);
    expect([...notebook.runner.scope.kinds.keys()].sort()).toEqual(["A", "a", "dec"]);
  });
});

test("a cell that was stopped before it starts does not run", async () => {
  const notebook = new Notebook();
  const outcome = await notebook.run("var ran = true", { stopped: () => true });
  expect(outcome).toMatchObject({ error: { ename: "Interrupted" }, reached: [] });
});

test("names with dots, dollars and letters of any script work, and so does a cell full of middle dots", async () => {
  expect(
    await value("const $ = 1, _ = 2, ñ = 3, 变量 = 4, a· = 5, a·· = 6, a = 7", "[$, _, ñ, 变量, a·, a··, a]"),
  ).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a sum of four thousand terms runs, and code that is nested too deeply is refused with a reason", async () => {
  const notebook = new Notebook();
  expect(await notebook.value(`let one = 1; ${Array(4000).fill("one").join(" + ")}`)).toBe(4000);
  const deep = 100_000;
  const js = `${"(".repeat(deep)}1${")".repeat(deep)}`;
  const outcome = await notebook.run("1", { js });
  expect(outcome).toMatchObject({
    error: {
      ename: "CompilerError",
      evalue: "The code is nested too deeply for the compiler: split the expression into several statements.",
    },
  });
});
