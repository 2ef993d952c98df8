import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

const FOLDER = path.join(ROOT, "design");
const read = (name: string) => fs.readFileSync(path.join(FOLDER, name), "utf8");
const names = fs
  .readdirSync(FOLDER)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .sort();

test("decisions are numbered without a gap, and the index lists them in order, by their titles", () => {
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, i) => i + 1));
  const listed = [...read("README.md").matchAll(/^(\d+)\. \[(.*)\]\((.*)\)$/gm)].map(([, ...entry]) => entry);
  expect(listed).toEqual(
    names.map((name, i) => {
      const [, number, title] = /^# (\d+)\. (.*)$/m.exec(read(name))!;
      expect(Number(number), name).toBe(i + 1);
      return [number, title, name];
    }),
  );
});

test.each(names)("%s says when, why, what and what follows, in at most 30 lines", (name) => {
  const text = read(name);
  expect(text.split("\n").length).toBeLessThanOrEqual(31);
  expect(text.split("\n")[2]).toMatch(/^\d{4}-\d\d-\d\d\b/);
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
    "Context",
    "Decision",
    "Consequences",
  ]);
});

test.each(names)("the files that %s names exist", (name) => {
  const paths = [...read(name).matchAll(/`((?:src|tests|scripts)\/[^`\s]*)`/g)].map(([, file]) => file);
  expect(paths.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});
