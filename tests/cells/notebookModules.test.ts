import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Interruption } from "../../src/cells/interruption";
import { Notebook } from "./cells";

let directory: string;
let notebook: Notebook;

beforeEach(() => {
  directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "notebook-")));
  notebook = new Notebook({ directory });
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

function write(name: string, text: string): void {
  const file = path.join(directory, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** A package beside the notebook. */
function packageOf(name: string, manifest: object, files: Record<string, string>): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, ...manifest }));
  for (const [file, text] of Object.entries(files)) write(`node_modules/${name}/${file}`, text);
}

describe("what a cell imports", () => {
  test("from Node: by default, by name, renamed, whole, and for its effect", async () => {
    expect(
      await notebook.value(
        'import fs, { readFileSync as read } from "node:fs"; import * as path from "path"; import "os"',
        "[fs.readFileSync === read, path.join('a', 'b'), typeof path.default]",
      ),
    ).toEqual([true, path.join("a", "b"), "object"]);
  });

  test("is there before the cell's first statement, in the order of the imports", async () => {
    write("a.js", "globalThis.order = ['a']; exports.a = 1;");
    write("b.js", "globalThis.order.push('b'); exports.b = 2;");
    expect(
      await notebook.value(
        'const seen = [a, b, ...(globalThis as any).order]; import { a } from "./a"; import { b } from "./b"; seen',
      ),
    ).toEqual([1, 2, "a", "b"]);
    Reflect.deleteProperty(globalThis, "order");
  });

  test("from a CommonJS module: each of its names; the default of a module with __esModule is its own", async () => {
    packageOf("plain", {}, { "index.js": "const it = { a: 1, b: () => it.a }; module.exports = it;" });
    packageOf(
      "compiled",
      {},
      {
        "index.js":
          "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 5; exports.named = 6;",
      },
    );
    packageOf("callable", {}, { "index.js": "module.exports = () => 7; module.exports.more = 8;" });
    expect(
      await notebook.value(
        'import plain, { a, b } from "plain"; import * as all from "plain"; import five, { named } from "compiled"; import * as compiled from "compiled"; import call, { more } from "callable";',
        "[plain.a, a, b(), all.a, all.default === plain, five, named, compiled.default, call(), more]",
      ),
    ).toEqual([1, 1, 1, 1, true, 5, 6, 5, 7, 8]);
  });

  test("from packages that are ES modules only, by `import` and by `import()`", async () => {
    packageOf(
      "modern",
      { type: "module", exports: "./main.js" },
      {
        "main.js": "export default 1; export const two = 2; await null;",
      },
    );
    packageOf(
      "onlyimport",
      { type: "module", exports: { ".": { import: "./main.js" }, "./sub": { import: "./sub.mjs" } } },
      {
        "main.js": "export const three = 3;",
        "sub.mjs": "export default 4;",
      },
    );
    expect(
      await notebook.value(
        'import one, { two } from "modern"; import { three } from "onlyimport"; import four from "onlyimport/sub";',
        '[one, two, three, four, (await import("modern")).two, (await import("onlyimport")).three]',
      ),
    ).toEqual([1, 2, 3, 4, 2, 3]);
  });

  test("by `import()` in a function of an earlier cell, as seen from the notebook's folder", async () => {
    write("deep/x.js", "exports.x = 1;");
    expect(await notebook.value('const load = () => import("./deep/x.js")', "(await load()).x")).toBe(1);
    expect(
      await notebook.value(
        `(await import(${JSON.stringify(pathToFileURL(path.join(directory, "deep/x.js")).href)})).default.x`,
      ),
    ).toBe(1);
    expect(await notebook.value('(await import("data:text/javascript,export default 2")).default')).toBe(2);
  });

  test("as JSON, with the attribute or without", async () => {
    write("data.json", '{ "a": [1] }');
    expect(
      await notebook.value(
        'import data from "./data.json" with { type: "json" }; import { a } from "./data.json"; const late = (await import("./data.json", { with: { type: "json" } })).default',
        "[data, a, late]",
      ),
    ).toEqual([{ a: [1] }, [1], { a: [1] }]);
  });

  test("may be a type: a name that the module lacks fails the cell only where it is read", async () => {
    write("m.js", "exports.here = 1;");
    expect(await notebook.value('import { here, Gone } from "./m"; here')).toBe(1);
    expect((await notebook.failure('import { here, gone } from "./m"; gone'))[0]).toBe(
      "SyntaxError: The requested module './m' does not provide an export named 'gone'",
    );
    expect(await notebook.value('import { here, Gone } from "./m"; export { Gone, here }; here')).toBe(1);
    const { reached } = await notebook.run('import { here, Type } from "./m"');
    expect(reached).toEqual(["here"]);
  });

  test.each([
    ["an ES module", "counter.mjs"],
    ["a TypeScript file", "counter.ts"],
  ])("follows what the module assigns to its exports: %s", async (_, file) => {
    write(file, "export let n = 0; export const add = () => { n++; }; export { n as again };");
    const code = `import { n, add, again as other } from "./${file}"; add(); [n, other]`;
    expect(await notebook.value(code, "add(); [n, other]")).toEqual([2, 2]);
    await expect(notebook.value("n = 5")).rejects.toThrow("Assignment to constant variable.");
    expect(await notebook.value("var n; const seen = n; n = 7; add(); [seen, n, other]")).toEqual([2, 7, 3]);
    expect(await notebook.value(`import { n } from "./${file}"; n`, "let n = 10; n++; add(); n")).toBe(11);
    expect(await notebook.value("other")).toBe(4);
  });

  test("from a package that has an ES module and a CommonJS one: `import` takes the first, `require` the second", async () => {
    const exports = {
      ".": { import: "./main.mjs", require: "./main.cjs" },
      "./sub": { node: { import: "./main.mjs", default: "./main.cjs" } },
      "./same": "./main.cjs",
    };
    packageOf(
      "dual",
      { exports },
      { "main.mjs": 'export const kind = "module";', "main.cjs": 'exports.kind = "common";' },
    );
    packageOf(
      "@scope/dual",
      { exports: exports["."] },
      {
        "main.mjs": 'export const kind = "scoped module";',
        "main.cjs": 'exports.kind = "scoped common";',
      },
    );
    expect(
      await notebook.value(
        'import { kind } from "dual"; import { kind as sub } from "dual/sub"; import { kind as same } from "dual/same"; import { kind as scoped } from "@scope/dual";',
        '[kind, sub, same, scoped, (await import("dual")).kind, require("dual").kind, require("dual/sub").kind, require("@scope/dual").kind]',
      ),
    ).toEqual(["module", "module", "common", "scoped module", "module", "common", "common", "scoped common"]);
    await expect(notebook.value('import "dual/none"')).rejects.toThrow(
      /'\.\/none' is not defined by "exports"/,
    );
  });

  test("is looked for in vain with a message that names it", async () => {
    expect((await notebook.failure('import "absent-package"'))[0]).toBe(
      "Error: Cannot find module 'absent-package'",
    );
    expect((await notebook.failure('import "./absent"'))[0]).toMatch(
      /^Error: Cannot find module '.*absent'$/,
    );
    for (const code of ['await import("absent-package")', 'require("absent-package")'])
      expect((await notebook.failure(code))[0]).toBe("Error: Cannot find module 'absent-package'");
    for (const code of ['require("./absent")', 'require.resolve("./absent")'])
      expect((await notebook.failure(code))[0]).toMatch(/^Error: Cannot find module '.*absent'$/);
    write("asks.js", 'require("absent-package")');
    expect((await notebook.failure('require("./asks")'))[0]).toBe(
      `Error: Cannot find module 'absent-package'\nRequire stack:\n- ${path.join(directory, "asks.js")}`,
    );
  });

  test("stops the cell where loading it fails, before anything of the cell runs", async () => {
    write("bad.js", "throw new RangeError('while loading');");
    const outcome = await notebook.run('var ran = 1; import "./bad"');
    expect(outcome).toMatchObject({ error: { evalue: "while loading" }, reached: [] });
  });

  test("is the module that `require` gives", async () => {
    packageOf("same", {}, { "index.js": "exports.it = {};" });
    expect(await notebook.value('import { it } from "same"; it === require("same").it')).toBe(true);
    expect(await notebook.value('import fs from "fs"; fs === require("node:fs")')).toBe(true);
  });

  test("named tslab is what the host gives, by `import`, `import()` and `require`", async () => {
    const tslab = { display: { html: () => "shown" } };
    notebook = new Notebook({ directory, tslab: () => tslab });
    expect(
      await notebook.value(
        'import * as tslab from "tslab"; import { display } from "tslab"; [tslab.display.html(""), display.html(""), require("tslab").display.html(""), (await import("tslab")).display.html("")]',
      ),
    ).toEqual(Array(4).fill("shown"));
    write("uses.ts", 'import { display } from "tslab"; export const shown = display.html("");');
    expect(await notebook.value('import { shown } from "./uses"; shown')).toBe("shown");
  });
});

describe("what a cell is given", () => {
  test("import.meta tells of the notebook's folder", async () => {
    write("x.ts", "export {}");
    expect(
      await notebook.value(
        '({ ...import.meta, node: import.meta.resolve("fs"), x: import.meta.resolve("./x"), resolve: typeof import.meta.resolve })',
      ),
    ).toEqual({
      url: pathToFileURL(path.join(directory, "cell.ts")).href,
      dirname: directory,
      filename: path.join(directory, "cell.ts"),
      resolve: "function",
      node: "node:fs",
      x: pathToFileURL(path.join(directory, "x.ts")).href,
    });
  });

  test("require, module, exports, __filename and __dirname are those of the folder, and can be shadowed", async () => {
    write("r.js", "module.exports = 5;");
    write("t.ts", "export {}");
    expect(
      await notebook.value(
        'exports.a = 1; [require("./r"), require.resolve("./r"), require.resolve("./t"), require.resolve("fs"), require.resolve("./r", { paths: [__dirname] }), module.exports === exports, exports.a, __dirname, __filename, typeof require.cache]',
      ),
    ).toEqual([
      5,
      path.join(directory, "r.js"),
      path.join(directory, "t.ts"),
      "fs",
      path.join(directory, "r.js"),
      true,
      1,
      directory,
      path.join(directory, "cell.ts"),
      "object",
    ]);
    expect(await notebook.value("const module = 1, exports = 2", "[module, exports]")).toEqual([1, 2]);
  });
});

describe("a TypeScript file beside the notebook", () => {
  test("is imported with its extension, without, as JavaScript, from a folder, and required", async () => {
    write("one.ts", "export const one: number = 1; export default class One {}");
    write("lib/index.ts", 'export { one as two } from "../one"; export enum E { A = 3 }');
    expect(
      await notebook.value(
        'import One, { one } from "./one.ts"; import { one as same } from "./one"; import { one as js } from "./one.js"; import { two, E } from "./lib";',
        "[one, same, js, two, E.A, One.name, require('./one').one, require('./one.ts').one, (await import('./one')).one]",
      ),
    ).toEqual([1, 1, 1, 1, 3, "One", 1, 1, 1]);
  });

  test("may import packages, JSON, ES modules, itself in a circle, and know where it is", async () => {
    packageOf("modern", { type: "module", exports: "./main.js" }, { "main.js": "export const two = 2;" });
    write("d.json", "[4]");
    write("b.ts", 'import { a } from "./a"; export const b = () => a + 1;');
    write(
      "a.ts",
      'import fs from "node:fs"; import { b } from "./b"; import d from "./d.json"; export const a = 10; export const all = async () => [typeof fs.readFileSync, b(), d[0], (await import("modern")).two, (await import("./b")).b(), import.meta.url, __filename];',
    );
    const file = path.join(directory, "a.ts");
    expect(await notebook.value('import { all } from "./a"; await all()')).toEqual([
      "function",
      11,
      4,
      2,
      11,
      pathToFileURL(file).href,
      file,
    ]);
  });

  test("is the same module until it changes, and is loaded anew when it or what it imports has changed", async () => {
    write("inner.ts", "export const n = 1;");
    write("outer.ts", 'import { n } from "./inner"; export const m = () => n; export const made = {};');
    write("other.ts", "export const made = {};");
    await notebook.value(
      'import { m, made } from "./outer"; import * as other from "./other"; const first = made, firstOther = other.made',
    );
    expect(await notebook.value('import { m, made } from "./outer"; [m(), made === first]')).toEqual([
      1,
      true,
    ]);
    write("inner.ts", "export const n = 2;");
    expect(
      await notebook.value(
        'import { m, made } from "./outer"; import * as other from "./other"; [m(), made === first, other.made === firstOther]',
      ),
    ).toEqual([2, false, true]);
    write("outer.ts", 'export const m = () => "three"; export const made = {};');
    expect(await notebook.value('import { m } from "./outer"; m()')).toBe("three");
    write("data.json", "[1]");
    await notebook.value('import data from "./data.json"; data');
    write("data.json", "[2]");
    expect(await notebook.value('import data from "./data.json"; data')).toEqual([2]);
  });

  test("that fails, or does not parse, can be mended and imported again", async () => {
    write("bad.ts", "export const x: number = (;");
    expect((await notebook.failure('import { x } from "./bad"')).join("\n")).toMatch(/bad\.ts/);
    write("bad.ts", "throw new Error('no');");
    expect((await notebook.failure('import { x } from "./bad"'))[0]).toBe("Error: no");
    write("bad.ts", "export const x = 3;");
    expect(await notebook.value('import { x } from "./bad"; x')).toBe(3);
  });
});

describe("an ES module beside the notebook", () => {
  test("exports whatever it declares, by each form that there is", async () => {
    write(
      "other.mjs",
      "export const [o1, { o2, ...o3 }] = [1, { o2: 2, a: 3 }]; export default 'unseen'; export { o1 as 'odd name' };",
    );
    write("last.mjs", "export default class {} export class Named {} export function* many() { yield 1; }");
    write(
      "forms.mjs",
      `export default function named() { return early(); }
       export * from "./other.mjs"; export * as whole from "./other.mjs"; export { o1 as again, default as renamed } from "./other.mjs";
       import fs, { sep } from "node:fs"; export { fs }; export let n = 1; export const grow = () => { n *= 2; };
       function early() { return late; } const late = "late"; export { late as "its name" };
       export const meta = [import.meta.filename, typeof require, typeof module, this, (() => { try { undeclared = 1; } catch (e) { return e.name; } })()];
       export const lazy = () => import("./last.mjs");`,
    );
    expect(
      await notebook.value(
        `import forms, * as all from "./forms.mjs"; import { n, grow, meta } from "./forms.mjs"; grow();`,
        `const last = await all.lazy();
         [Object.keys(all).sort().join(), forms(), forms.name, n, all.n, all.whole.o2, all.o3, all.renamed, all.fs === require("fs"), all["odd name"],
          all["its name"], typeof last.default, last.Named.name, [...last.many()], Object.prototype.toString.call(all), Object.isExtensible(all), meta]`,
      ),
    ).toEqual([
      "again,default,fs,grow,its name,lazy,meta,n,o1,o2,o3,odd name,renamed,whole",
      ...[
        "late",
        "named",
        2,
        2,
        2,
        { a: 3 },
        "unseen",
        true,
        1,
        "late",
        "function",
        "Named",
        [1],
        "[object Module]",
        false,
      ],
      [path.join(directory, "forms.mjs"), "undefined", "undefined", undefined, "ReferenceError"],
    ]);
  });

  test("is loaded anew when it, or one that it imports, has changed, and is the same until then", async () => {
    write("inner.mjs", "export const n = 1; await null;");
    write("outer.mjs", 'import { n } from "./inner.mjs"; export const m = () => n; export const made = {};');
    write("other.mjs", "export const made = {};");
    const code =
      'import { m, made } from "./outer.mjs"; import * as other from "./other.mjs"; [m(), made, other.made]';
    const [, first, firstOther] = (await notebook.value(code)) as unknown[];
    expect(await notebook.value(code)).toEqual([1, first, firstOther]);
    write("inner.mjs", "export const n = 2;");
    const [n, second, secondOther] = (await notebook.value(code)) as unknown[];
    expect([n, second === first, secondOther === firstOther]).toEqual([2, false, true]);
    write("outer.mjs", 'export const m = () => "three"; export const made = 0;');
    expect(await notebook.value(code)).toEqual(["three", 0, firstOther]);
    expect(await notebook.value('(await import("./outer.mjs")).m()')).toBe("three");
  });

  test("is shown with the values of its exports", async () => {
    write("shown.mjs", "export let n = 1; export const grow = () => n++; export default [2];");
    expect(
      await notebook.value(
        'import * as all from "./shown.mjs"; all.grow(); require("util").inspect(all, { breakLength: 200 })',
      ),
    ).toBe("[Object: null prototype] [Module] { default: [ 2 ], grow: [Function: grow], n: 2 }");
  });

  test("may be one of a circle, and may be imported by several at once", async () => {
    write(
      "a.mjs",
      'import { b } from "./b.mjs"; export function a() { return 1; } export const sum = () => a() + b();',
    );
    write("b.mjs", 'import { a } from "./a.mjs"; await null; export const b = () => a() + 1;');
    expect(
      await notebook.value(
        'const [x, y] = await Promise.all([import("./a.mjs"), import("./a.mjs")]); [x === y, x.sum()]',
      ),
    ).toEqual([true, 3]);
  });

  test("that fails names its own line, and can be mended", async () => {
    write("bad.mjs", "export const x = 1;\n\nthrow new RangeError('no');");
    expect(await notebook.run('import { x } from "./bad.mjs"; x')).toMatchObject({
      error: { ename: "RangeError", evalue: "no" },
    });
    write("uses.mjs", 'import { gone } from "./bad.mjs"; gone();');
    write("bad.mjs", "export const x = 3;");
    expect((await notebook.failure('import "./uses.mjs"'))[0]).toBe(
      "SyntaxError: The requested module './bad.mjs' does not provide an export named 'gone'",
    );
    expect(await notebook.value('import { x } from "./bad.mjs"; x')).toBe(3);
    write("bad.mjs", "export const = 3;");
    expect((await notebook.failure('import { x } from "./bad.mjs"')).join("\n")).toContain("bad.mjs:1:13");
  });

  test("whose loading a Stop has ended is loaded from its beginning by the next import", async () => {
    write(
      "waits.mjs",
      "globalThis.times = (globalThis.times ?? 0) + 1; if (globalThis.times === 1) await new Promise(() => {}); export const times = globalThis.times;",
    );
    const stop = new AbortController();
    const stopped = notebook.run('import { times } from "./waits.mjs"', { signal: stop.signal });
    setTimeout(() => stop.abort(new Interruption()), 100);
    expect(await stopped).toMatchObject({ error: { ename: "Interrupted" } });
    expect(await notebook.value('import { times } from "./waits.mjs"; times')).toBe(2);
    Reflect.deleteProperty(globalThis, "times");
  });

  test("of a folder of ES modules is one as well, and looks for packages from where it is", async () => {
    write("deep/package.json", '{ "type": "module" }');
    write("deep/node_modules/near/index.js", "exports.near = 5;");
    write("deep/x.js", 'import { near } from "near"; export let y = near; export { z } from "./z.cjs";');
    write("deep/z.cjs", "exports.z = 6;");
    expect(await notebook.value('import { y, z } from "./deep/x.js"; [y, z]')).toEqual([5, 6]);
  });
});

describe("a TypeScript file beside the notebook that awaits at its top", () => {
  test("is imported when it has come to its end, also by way of others, and is the same for all", async () => {
    write(
      "data.ts",
      "const later = async (n: number): Promise<number> => n; export const made = { n: await later(1) }; export default made.n;",
    );
    write(
      "plain.ts",
      'import { made } from "./data"; import { state } from "./state.mjs"; export const own = made; state.n++;',
    );
    write("state.mjs", "export const state = { n: 0 };");
    expect(
      await notebook.value(
        'import n, { made } from "./data"; import { own } from "./plain.ts"; import { state } from "./state.mjs"; [n, own === made, state.n, (await import("./plain")).own === made]',
      ),
    ).toEqual([1, true, 1, true]);
    write("data.ts", "export const made = await 2; export default 'sub';");
    expect(await notebook.value('import { own } from "./plain"; own')).toBe(2);
  });

  test("cannot be required, which says what to do", async () => {
    write("data.ts", "export const n = await 1;");
    expect((await notebook.failure('require("./data")'))[0]).toBe(
      "Error: data.ts awaits at its top, so it cannot be required: import it, or write await import(…).",
    );
  });
});
