import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
