import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { parse } from "acorn";
import { build } from "esbuild";
import { analyze } from "eslint-scope";
import { expect, test } from "vitest";
import { declarations } from "../../../site/generate/copyAssets";
import { moduleOf, typeCheckerOnly } from "../../../site/generate/typeCheckerOnly";
import { CellTypes } from "../../../site/types/cellTypes";
import { compiledCell } from "../../../site/types/compiledCell";
import { ROOT } from "../../helpers/root";

/** Cells that are wrong in ways that differ: in syntax, names, types, classes, flow, modules, generics, JavaScript's age. */
const WRONG = [
  "const a = ;",
  "for (let i = 0; i < 3; i++ { }",
  "nobody(1)",
  "let s: string = 1; s.lenght",
  "[1, 2].map((x) => x.foo)",
  'import { approximateUnifrom } from "intrinsic-params";',
  'import { approximateUniform } from "intrinsic-params"; approximateUniform((x) => x, { n: "8" });',
  'import { target } from "intrinsic-params"; target(([x]) => "text", { dimension: 1, lipschitz: 1 });',
  'import x from "elsewhere";',
  "class A { private p = 1; readonly q = 2; #r = 3 } const a = new A(); a.p; a.q = 3; a.#r",
  "abstract class B { abstract f(): number } new B(); class C extends B {}",
  "interface I { a: number; b?: string } const i: I = { b: 1, c: 2 };",
  "type T = { kind: 'a'; a: number } | { kind: 'b'; b: string }; const f = (t: T) => t.kind === 'a' ? t.b : t.a;",
  "function g<T extends { length: number }>(x: T): T { return x.length; } g(5);",
  "enum E { X, Y } const e: E.Z = 1; E.X = 2;",
  "async function h() { for await (const x of [1]) { const y: string = x; } } await h() + 1n;",
  "const t = 1; t = 2; let t = 3;",
  "label: while (true) { break other; }",
  "function k(this: number, ...rest: string[]) {} k(1);",
  "namespace N { export const a = 1 } N.b; export = N;",
  "const { a, ...rest } = { a: 1, b: 2 }; rest.a; const [x, y]: [number] = [1, 2];",
  "type R<T> = T extends (infer U)[] ? U : never; const r: R<string[]> = 1; keyof R;",
  "let u: unknown; u.x; const n: never = u; (u as number).toFixed('2');",
  "const big: number = 1n; 2 ** -1; -1 ** 2; 'a' * 2;",
  "switch (1) { case 'a': default: default: }",
  "declare const d: { [Symbol.dispose](): void }; using v = d; v = d;",
  "/** @param {string} a */ const z = (a: number): asserts a is string => {};",
  "const o = { get a(): number { return 's' }, set a(v: string) {} }; super.x; new.target;",
  "`${nobody}`.at('x'); /(?<a>.)(?<a>.)/v; /[/; 0777; '\\u{110000}'",
  "@decorated class D { @decorated m() {} } function decorated(a: string) { return a }",
  "function* gen(): Generator<number, string> { yield 'a'; return 1 } const q = gen().next().value.x;",
  "const late: string = a; b.push('x'); new Above().d; const al: Alias = { c: 's' }; lib.nothing; a = 5;",
  "document.title; fetch(1); setTimeout('1', '2'); performance.now(1);",
];

/** What only TypeScript makes JavaScript of. */
const COMPILED = [
  "namespace N { export const a = 1; export let b = a + 1; export function f() { return b++ } } N.f() + N.b",
  "function twice(f: () => number, context: ClassMethodDecoratorContext) { return () => 2 * f() } class D { @twice m() { return 21 } } new D().m()",
  "class A { accessor x = 1; static { this.prototype.constructor } }",
  "{ using closed = { [Symbol.dispose]() {} }; await using also = null; }",
];

/** What browsers have, and what TypeScript looks for and does without. */
const ELSEWHERE = new Set(
  "AbortController BigInt Error Intl Map Math Number Object PerformanceObserver Promise Proxy RangeError RegExp Set String Symbol SyntaxError TypeError URL WeakMap WeakSet Array ArrayBuffer Uint8Array Uint16Array global onProfilerEvent Boolean Buffer Date Function JSON NaN Infinity undefined isFinite isNaN parseInt parseFloat escape unescape eval encodeURIComponent decodeURIComponent encodeURI decodeURI arguments globalThis clearTimeout setTimeout performance console process require module __filename __dirname".split(
    " ",
  ),
);

test("no name that the module of TypeScript uses was left out with its file", () => {
  const script = path.join(ROOT, "node_modules/typescript/lib/typescript.js");
  const tree = parse(moduleOf(fs.readFileSync(script, "utf8")), {
    ecmaVersion: 2022,
    sourceType: "module",
    ranges: true,
  });
  const scopes = analyze(tree as never, { ecmaVersion: 2022, sourceType: "module" });
  const missing = scopes.globalScope?.through.map(({ identifier }) => (identifier as { name: string }).name);
  expect([...new Set(missing)].filter((name) => !ELSEWHERE.has(name))).toEqual([]);
}, 120_000);

test("what is left out of TypeScript is missed by no check: every wrong cell is answered as by the whole", async () => {
  const { outputFiles } = await build({
    bundle: true,
    minify: true,
    platform: "browser",
    format: "cjs",
    write: false,
    stdin: {
      contents: 'export { CellTypes } from "./cellTypes"; export { compiledCell } from "./compiledCell";',
      resolveDir: path.join(ROOT, "site/types"),
    },
    plugins: [typeCheckerOnly()],
  });
  const [{ text }] = outputFiles;
  expect(text.length).toBeLessThan(1_700_000);
  // Without Node's globals, as in a page.
  const module = { exports: {} as { CellTypes: typeof CellTypes; compiledCell: typeof compiledCell } };
  vm.runInNewContext(text, { module });
  const own = module.exports;
  const files = new Map(Object.entries(declarations(ROOT)));
  const [small, whole] = [new own.CellTypes(files), new CellTypes(files)];
  const before =
    "const a = 1; let b = [a]; class Above { c = 1 } type Alias = Above; import * as lib from 'intrinsic-params';";
  const check = async (types: CellTypes, code: string, i: number) => {
    const cells = [
      { id: "above", code: before },
      { id: `c${i}`, code },
    ];
    const found = types.check(cells);
    return { found, hints: [...(await types.hints(cells, found))] };
  };
  for (const [i, code] of WRONG.entries()) {
    const expected = await check(whole, code, i);
    expect(expected.found.length, code).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(await check(small, code, i)))).toEqual(expected);
  }
  for (const code of COMPILED) {
    const compiled = compiledCell(code);
    expect(compiled?.js, code).toBeTruthy();
    expect({ ...own.compiledCell(code) }).toEqual(compiled);
  }
}, 120_000);
