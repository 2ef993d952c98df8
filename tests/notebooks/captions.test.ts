import fs from "node:fs";
import path from "node:path";
import { JSDOM } from "jsdom";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

type Cell = {
  id: string;
  outputs?: { data?: { "text/html"?: string | string[] } }[];
};

const FOLDER = path.join(ROOT, "notebooks");
const files = ["", "solutions"].flatMap((folder) =>
  fs
    .readdirSync(path.join(FOLDER, folder))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => path.join(folder, name)),
);

/** Each table that a cell shows, with the text of its caption; "" if it has none. */
const tables = files.flatMap((file) => {
  const { cells } = JSON.parse(fs.readFileSync(path.join(FOLDER, file), "utf8")) as { cells: Cell[] };
  return cells.flatMap(({ id, outputs = [] }) => {
    const markup = outputs.map(({ data }) => [data?.["text/html"] ?? []].flat().join("")).join("\n");
    return [...new JSDOM(markup).window.document.querySelectorAll("table")].map((table) => ({
      cell: `${file}: ${id}`,
      caption: table.caption?.textContent?.trim() ?? "",
    }));
  });
});

test("every table that a notebook or its solutions show has a caption", () => {
  expect(tables.length).toBeGreaterThan(50);
  expect(tables.filter(({ caption }) => caption === "").map(({ cell }) => cell)).toEqual([]);
});

test("a caption is a short phrase: a capital or a symbol first, no full stop, at most 80 characters", () => {
  const long = tables.filter(
    ({ caption }) => caption.length > 80 || caption.endsWith(".") || /^[b-z][a-z]/.test(caption),
  );
  expect(long).toEqual([]);
});

test("no two tables of one notebook have the same caption", () => {
  const names = tables.map(({ cell, caption }) => `${cell.split(":")[0]}: ${caption}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
