import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportThrown } from "../../src/cells/errorReport";
import { addSource } from "../../src/cells/source";
import { installStackTraces } from "../../src/cells/stackTrace";
import { Notebook } from "./cells";

const { prepareStackTrace, stackTraceLimit } = Error;
beforeAll(() => installStackTraces());
afterAll(() => Object.assign(Error, { prepareStackTrace, stackTraceLimit }));

/** The report of the last of some cells of a new notebook. */
async function report(...codes: string[]): Promise<string[]> {
  const notebook = new Notebook();
  await notebook.value(...codes.slice(0, -1));
  return notebook.failure(codes.at(-1)!);
}

describe("the report of an error", () => {
  test("is read from the stack's text where nothing prepares it, as Firefox writes it", () => {
    const code =
      'function inner() {\n  throw new RangeError("too small");\n}\nconst go = () => inner();\ngo();';
    addSource("cell:firefox", "Cell [9]", code, []);
    const error = new RangeError("too small");
    error.stack =
      "inner@cell:firefox:2:9\nouter/go<@cell:firefox:4:18\nasync*@cell:firefox:5:1\nrun@http://host/cells.js:1:200\n";
    expect(reportThrown(error).traceback).toEqual([
      "RangeError: too small",
      "Cell [9], line 2:9",
      '      throw new RangeError("too small");',
      "            ^",
      "    at inner (Cell [9], line 2:9)",
      "    at go (Cell [9], line 4:18)",
      "    at Cell [9], line 5:1",
    ]);
    error.stack = "inner@\n@\nrun@http://host/cells.js:1:200\n";
    expect(reportThrown(error).traceback).toEqual(["RangeError: too small"]);
  });

  test("names the cell, the line and the column of what was thrown, and shows the line with a caret", async () => {
    expect(await report("const a: number = 1;\n\n  throw new RangeError(`no ${a}`);")).toEqual([
      "RangeError: no 1",
      "Cell [1], line 3:9",
      "      throw new RangeError(`no ${a}`);",
      "            ^",
      "    at Cell [1], line 3:9",
    ]);
  });

  test("has the frames of the reader's functions, of earlier cells too, and none of the kernel's", async () => {
    expect(
      await report(
        "type N = number;\nfunction fail(n: N): N {\n  if (n === 0) throw new Error('end');\n  return fail(n - 1);\n}",
        "const go = (n: number) =>\n  fail(n);",
        "let before: string | undefined;\ngo(1);",
      ),
    ).toEqual([
      "Error: end",
      "Cell [1], line 3:22",
      "      if (n === 0) throw new Error('end');",
      "                         ^",
      "    at fail (Cell [1], line 3:22)",
      "    at fail (Cell [1], line 4:10)",
      "    at go (Cell [2], line 2:3)",
      "    at Cell [3], line 2:1",
    ]);
  });

  test("shows the line of an ES module beside the notebook, through what the cell calls", async () => {
    const directory = mkdtempSync(join(tmpdir(), "notebook-"));
    try {
      const code =
        "await null;\nexport default function check(n) {\n  if (n > 1) throw new RangeError(`no ${n}`);\n}\n";
      writeFileSync(join(directory, "limit.mjs"), code);
      const notebook = new Notebook({ directory });
      expect(await notebook.failure('import limit from "./limit.mjs";\nlimit(1); limit(2);')).toEqual([
        "RangeError: no 2",
        "limit.mjs, line 3:20",
        "      if (n > 1) throw new RangeError(`no ${n}`);",
        "                       ^",
        "    at check (limit.mjs, line 3:20)",
        "    at Cell [1], line 2:11",
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("points at a name that a module lacks, in the list of its import", async () => {
    const code =
      'const before: number = 1;\nimport {\n  sep,\n  gone as here,\n} from "node:path"; import never, * as fs from "fs";\n[sep, here]';
    expect(await report(code)).toEqual([
      "SyntaxError: The requested module 'node:path' does not provide an export named 'gone'",
      "Cell [1], line 4:3",
      "      gone as here,",
      "      ^",
      "    at Cell [1], line 4:3",
    ]);
  });

  test("points at the name in calls, constructions, members and assignments, whatever stands before it", async () => {
    const at = async (declared: string, line: string, caret: string, message: string | RegExp) => {
      for (const codes of [[declared, line], [`${declared}\n${line}`]]) {
        const [first, where, text, below] = await report(...codes);
        expect(first).toMatch(message);
        expect(where, line).toMatch(
          new RegExp(`^Cell \\[${codes.length}\\], line ${codes.length === 1 ? 2 : 1}:`),
        );
        expect(text, line).toBe(`    ${line}`);
        expect(below, line).toBe(`    ${caret}`);
      }
    };
    await at("let none: any;", "1 + none(2);", "    ^", /^TypeError: none is not a function$/);
    await at(
      "let none: any;",
      "[1, none?.(2), none(3)];",
      "               ^",
      /^TypeError: none is not a function$/,
    );
    await at(
      "let none: any;",
      "[none.far.off];",
      "      ^",
      "TypeError: Cannot read properties of undefined (reading 'far')",
    );
    await at(
      "let none: any = {};",
      "[none.far.off];",
      "          ^",
      "TypeError: Cannot read properties of undefined (reading 'off')",
    );
    await at("let none: any = {};", "[none.far()];", "      ^", /^TypeError: none\.far is not a function$/);
    await at("let none: any;", "new none();", "^", /^TypeError: none is not a constructor$/);
    await at(
      "let none: any;",
      "[...none];",
      "    ^",
      /^(TypeError: none is not iterable|TypeError: Spread syntax requires)/,
    );
    await at(
      "let none: any;",
      "for (const x of none) x;",
      "                ^",
      /^TypeError: none is not iterable$/,
    );
    await at(
      "let none: any;",
      "const { deep } = none;",
      "        ^",
      "TypeError: Cannot read properties of undefined (reading 'deep')",
    );
    await at("const fixed = 1;", "fixed = 2;", "^", /^TypeError: Assignment to constant variable\.$/);
    await at(
      "let i = 0;",
      "[i, early]; let early = 1;",
      "    ^",
      /^ReferenceError: Cannot access 'early' before initialization$/,
    );
    await at("let i = 0;", "[i, absent];", "    ^", /^ReferenceError: absent is not defined$/);
    await at("let none: any;", "none`text`;", "^", /^TypeError: none is not a function$/);
    await at("let none: any;", "[1 in none];", " ^", /^TypeError: Cannot use 'in' operator/);
    await at(
      "let none: any;",
      "class C extends none {}",
      "                ^",
      /^TypeError: Class extends value undefined is not a constructor or null$/,
    );
  });

  test("keeps its place after an await, in asynchronous functions and in callbacks", async () => {
    const [, where, , , ...frames] = await report(
      "async function later() {\n  await null;\n  throw new Error('late');\n}",
      "const x = 1;\nawait later();",
    );
    expect(where).toBe("Cell [1], line 3:9");
    expect(frames).toEqual(["    at later (Cell [1], line 3:9)", "    at Cell [2], line 2:1"]);
    expect((await report("await null;\n\n[1].forEach((n) => {\n  n.toFixed(200);\n});"))[1]).toBe(
      "Cell [1], line 4:5",
    );
  });

  test("has the right lines beside TypeScript's own statements", async () => {
    const code = [
      "interface A { a: number }",
      "enum E { X, Y }",
      "abstract class B<T> {",
      "  constructor(private readonly t: T) {}",
      "  fail(this: B<T>): never {",
      "    throw new Error(String(this.t));",
      "  }",
      "}",
      "class C extends B<E> {}",
      "export const c = new C(E.Y) as C;",
      "using gone = null;",
      "c!.fail();",
    ].join("\n");
    const lines = await report(code);
    expect(lines.slice(0, 2)).toEqual(["Error: 1", "Cell [1], line 6:11"]);
    expect(lines.at(-1)).toBe("    at Cell [1], line 12:4");
  });

  test("has the columns of a line with characters of two code units and with tabs", async () => {
    expect((await report("let s = '😀', t = 1;\tthrow new Error('x')"))[1]).toBe("Cell [1], line 1:28");
  });
});

test("what is thrown and is no error is said to know no line", async () => {
  expect(await report("throw { code: 1 }")).toEqual([
    "Thrown: { code: 1 }",
    "    (not an Error, so it does not know its line)",
  ]);
});
