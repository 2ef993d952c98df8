import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jupyterDisplay } from "../../src/notebook/jupyterDisplay";
import { table } from "../../src/notebook/table";

function html(...parameters: Parameters<typeof table>): string {
  return table(...parameters)[jupyterDisplay]()["text/html"] as string;
}

test("numbers stand right, text left, columns in order of appearance, gaps empty", () => {
  const rows = [
    { n: 1, name: "one" },
    { n: 100, extra: 0.1 },
  ];
  expect(String(table(rows))).toBe("  n  name  extra\n───  ────  ─────\n  1  one\n100          0.1");
  expect(inspect(table(rows))).toBe(String(table(rows)));
});

test("numbers are rounded to the digits asked for, integers never", () => {
  const lines = String(table([{ x: Math.PI, y: 123456789, z: 1e-9 / 3 }], { digits: 3 })).split("\n");
  expect(lines[2].trim().split(/\s+/)).toEqual(["3.14", "123456789", "3.33e-10"]);
});

test("long tables keep both ends and say how many rows there are", () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ i }));
  const lines = String(table(rows, { maxRows: 5 }))
    .split("\n")
    .map((line) => line.trim());
  expect(lines.slice(2)).toEqual(["0", "1", "2", "…", "98", "99", "100 rows × 1 columns"]);
  expect(String(table(rows, { maxRows: 1 })).split("\n")).toHaveLength(2 + 2 + 1);
});

test("columns can be chosen, and a caption added", () => {
  expect(String(table([{ a: 1, b: 2 }], { columns: ["b"], caption: "C" }))).toBe("C\nb\n─\n2");
  expect(html([{ a: 1 }], { caption: "<C>" })).toContain("<caption>&lt;C&gt;</caption>");
});

test("a header says what it is the header of: a column, or in a data frame its row", () => {
  const plain = html([{ a: 1, b: "x" }]);
  expect(plain.match(/<th scope="col"/g)).toHaveLength(2);
  expect(plain).not.toContain('scope="row"');
  const frame = html([{ "": 0, a: 1 }]);
  expect(frame).toContain('<tr><td style="text-align:right"></td><th scope="col"');
  expect(frame).toContain('<tr><th scope="row" style="text-align:right">0</th><td');
});

test("no text of a cell can become markup", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (column, value) => {
      const text = html([{ [column]: value }]).replace(
        /<\/?(?:table|thead|tbody|tr|th|td)(?: scope="(?:col|row)")?(?: style="text-align:(?:left|right)")?>/g,
        "",
      );
      expect(text).not.toMatch(/[<>"]/);
    }),
  );
});

test("what is no array of objects is refused", () => {
  for (const bad of ["x", 5, null, [1], [null]]) {
    expect(() => table(bad as never)).toThrow(/table expects an array of objects, one a row; got/);
  }
});
