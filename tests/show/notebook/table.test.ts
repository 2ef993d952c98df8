import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dataFrames } from "../../../src/learning";
import { jupyterDisplay, table } from "../../../src/show";
import { mimeBundle } from "../../../src/show/notebook/mimeBundle";

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
  expect(html([{ a: 1 }], { caption: "<C>" })).toMatch(
    /^<table>\n<caption style="[^"]*">&lt;C&gt;<\/caption>\n<thead>/,
  );
});

test("a caption is muted, not coloured, so it can be read in a light and in a dark theme", () => {
  const [, style] = /<caption style="([^"]*)">/.exec(html([{ a: 1 }], { caption: "C" }))!;
  expect(style).toContain("caption-side:top");
  expect(style).not.toMatch(/(?:^|;)(?:color|background)/);
  // Text of 87 % black on white, or white on #111, at 70 % of it still has a contrast above 4.5.
  expect(Number(/opacity:([\d.]+)/.exec(style)![1])).toBeGreaterThanOrEqual(0.7);
});

test("a data frame and a series of danfo are tables with their index, and take every option", async () => {
  const { DataFrame, Series } = await dataFrames();
  const frame = new DataFrame([
    { name: "a", x: 1.25 },
    { name: "b", x: 2 },
  ]);
  expect(String(table(frame, { caption: "C", digits: 2 }))).toBe(
    "C\n   name    x\n─  ────  ───\n0  a     1.3\n1  b       2",
  );
  expect(html(frame)).toBe(mimeBundle(frame)["text/html" as never]);
  expect(String(table(frame, { columns: ["x"] }))).toBe("   x\n────\n1.25\n   2");
  expect(String(table(frame, { columns: ["", "x"] }))).toBe("      x\n─  ────\n0  1.25\n1     2");
  expect(String(table(frame.groupby(["name"]).col(["x"]).mean(), { caption: "Means" }))).toMatch(/^Means\n/);
  const series = new Series([3, 4], { columns: ["s"], index: ["u", "v"] });
  expect(String(table(series, { caption: "S" }))).toBe("S\n   s\n─  ─\nu  3\nv  4");
});

test("a data frame's index comes first, whatever its columns are called, and hides none of them", async () => {
  const { DataFrame } = await dataFrames();
  const rows = [
    [10, 20],
    [30, 40],
  ];
  const frame = (columns?: string[]) => new DataFrame(rows, { columns, index: ["u", "v"] });
  expect(String(table(frame()))).toBe("    0   1\n─  ──  ──\nu  10  20\nv  30  40");
  expect(String(table(frame(["b", "1"])))).toBe("    b   1\n─  ──  ──\nu  10  20\nv  30  40");
  const unnamed = frame(["", "x"]);
  expect(String(table(unnamed))).toBe("        x\n─  ──  ──\nu  10  20\nv  30  40");
  expect(String(table(unnamed, { columns: [" ", ""] }))).toBe("\n─  ──\nu  10\nv  30");
  expect(html(unnamed)).toContain(
    '<tr><th scope="row" style="text-align:left">u</th><td style="text-align:right">10',
  );
  expect(html(unnamed)).toMatch(/<thead><tr><td[^>]*> <\/td><td[^>]*><\/td><th scope="col"/);
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
    expect(() => table(bad as never)).toThrow(
      /table expects an array of objects, one a row, or a danfo data frame; got/,
    );
  }
});
