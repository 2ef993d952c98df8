import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, expect, it } from "vitest";
import { barsChart, jupyterDisplay, saveReport, table } from "../../../src/show";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "report-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const date = new Date("2026-01-02T03:04:05Z");
async function report(title: string, parts: Parameters<typeof saveReport>[2], seed?: number) {
  const file = path.join(folder, "report.html");
  const size = await saveReport(file, title, parts, { date, seed });
  expect(size).toBe(fs.statSync(file).size);
  const text = fs.readFileSync(file, "utf8");
  return { text, document: new JSDOM(text).window.document };
}
const figure = barsChart(["a"], [{ name: "s", values: [1] }], { title: 'Bars "and" <more>' });

it("holds every part in order: headings, paragraphs, tables of all kinds, charts as pictures, described", async () => {
  const { document } = await report("Mine", [
    { heading: "Results" },
    "A paragraph.",
    table([{ a: 1 }], { caption: "One" }),
    [{ b: 2 }, { b: 3 }],
    figure,
  ]);
  const tags = [...document.body.children].map(({ tagName }) => tagName);
  expect(tags).toEqual(["H1", "H2", "P", "TABLE", "TABLE", "IMG", "FOOTER"]);
  const image = document.querySelector("img")!;
  expect(image.alt).toBe('Bars "and" <more>. Vertical axis: value. Bars: s.');
  const png = Buffer.from(image.src.replace("data:image/png;base64,", ""), "base64");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  // Bytes 16 to 19 of a PNG: its width; drawn at 1.5 times the size it is shown in.
  expect(png.readUInt32BE(16)).toBe(1.5 * image.width);
}, 30_000);

it("says where its numbers come from: versions, backend, date and seed", async () => {
  const { document } = await report("Mine", ["x"], 17);
  const footer = document.querySelector("footer")!.textContent!;
  for (const word of [/intrinsic-params \d/, /TensorFlow /, /Node \d/, /2026-01-02 03:04 UTC/, /seed 17/])
    expect(footer).toMatch(word);
});

it("asks nothing of a network: a policy forbids it, and no address stands in it", async () => {
  const { text, document } = await report("Mine", ["x", figure]);
  const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
  expect(policy).toContain("default-src 'none'");
  expect(text).not.toMatch(/https?:|<script|<link|@import|url\(/);
}, 30_000);

it("shows any text as it was written, markup included", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.string(), async (title, text) => {
      fc.pre(title.trim() !== "" && !/[\r\0]/.test(title + text));
      const { document } = await report(title, [text, { heading: text }, [{ [title]: text }]]);
      expect(document.querySelector("h1")!.textContent).toBe(title);
      for (const place of ["p", "h2", "td"]) expect(document.querySelector(place)!.textContent).toBe(text);
      expect(document.querySelector("th")!.textContent).toBe(title);
    }),
    { numRuns: 25 },
  );
  const { document } = await report("<script>alert(1)</script>", ['<img src="http://example.com/x.png">']);
  expect(document.querySelectorAll("script, img")).toHaveLength(0);
}, 60_000);

it("what is no part is refused, and leaves the file as it was", async () => {
  const { text } = await report("Good", ["good"]);
  const foreign = { [jupyterDisplay]: () => ({ "text/html": "<script>bad()</script>" }) };
  const surface = { data: [{ type: "surface", z: [[1]] }], layout: {} };
  for (const [part, message] of [
    [5, /Part 1 of the report is 5/],
    [null, /Part 1 of the report is null/],
    [foreign, /Part 1 of the report/],
    [surface, /only be drawn in a browser/],
  ] as const)
    await expect(report("Bad", ["x", part as never])).rejects.toThrow(message);
  expect(fs.readFileSync(path.join(folder, "report.html"), "utf8")).toBe(text);
  expect(fs.readdirSync(folder)).toEqual(["report.html"]);
});

it("a name without .html, no title, no part and a date that is none are refused", async () => {
  const file = path.join(folder, "other.html");
  await expect(saveReport(path.join(folder, "r.txt"), "t", ["x"])).rejects.toThrow(/ends in \.html/);
  await expect(saveReport(file, " ", ["x"])).rejects.toThrow(/needs a title/);
  await expect(saveReport(file, "t", [])).rejects.toThrow(/needs parts/);
  await expect(saveReport(file, "t", ["x"], { sede: 1 } as never)).rejects.toThrow(/no option sede/);
  await expect(saveReport(file, "t", ["x"], { date: new Date("never") })).rejects.toThrow(/valid Date/);
});
