import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { declarationsOf, sources } from "../helpers/declarations";
import { ROOT } from "../helpers/root";

/** The table of CONTRIBUTING.md: a word, and the names that stand for it with their files. */
const GLOSSARY = fs
  .readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8")
  .split("## Words")[1]
  .split("\n## ")[0]
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| word "))
  .map((line) => line.split(" | "))
  .map(([word, , where]) => ({
    word: word.slice(2),
    names: [...where.matchAll(/`(\w+)` in `src\/([\w./]+)`/g)].map(([, name, file]) => ({ name, file })),
  }));

test("each word of the glossary stands once, with a name that its file declares", () => {
  expect(GLOSSARY.length).toBeGreaterThan(12);
  const words = GLOSSARY.map(({ word }) => word);
  expect(words.filter((word, i) => words.indexOf(word) < i)).toEqual([]);
  for (const { word, names } of GLOSSARY) {
    expect(names, word).not.toEqual([]);
    for (const { name, file } of names) {
      expect(sources, word).toContain(file);
      expect(
        declarationsOf(file).map((declared) => declared.name),
        `${word}: ${file}`,
      ).toContain(name);
    }
  }
});

test("no two files of src export the same name", () => {
  const owners = new Map<string, string[]>();
  for (const file of sources.filter((each) => !each.endsWith(".cjs") && !/\.browser\.ts$/.test(each)))
    for (const { name, exported } of declarationsOf(file))
      if (exported) owners.set(name, [...new Set([...(owners.get(name) ?? []), file])]);
  expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
});
