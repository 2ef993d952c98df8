import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { History } from "../../../src/kernel/server/history";
import type { HistoryRequest } from "../../../src/kernel/server/historyRequest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const all: HistoryRequest = {
  type: "tail",
  output: false,
  n: 100,
  session: 0,
  start: 1,
  stop: undefined,
  pattern: "*",
  unique: false,
};

function session(...cells: string[]): History {
  const history = new History(folder);
  for (const [i, code] of cells.entries()) history.add(i + 1, code);
  return history;
}

test("a new kernel knows the cells of the ones before it, oldest first", () => {
  session("a", "b");
  const now = session("c\nd");
  expect(now.read(all)).toEqual([
    [1, 1, "a"],
    [1, 2, "b"],
    [2, 1, "c\nd"],
  ]);
  expect(now.read({ ...all, n: 2 })).toEqual([
    [1, 2, "b"],
    [2, 1, "c\nd"],
  ]);
  expect(now.read({ ...all, n: 1, output: true })).toEqual([[2, 1, ["c\nd", null]]]);
});

test("a range is of this session, of one counted back from it, or of one by its number; its end is left out", () => {
  session("a", "b", "c");
  const now = session("x", "y");
  const range = (request: object) =>
    now.read({ ...all, type: "range", ...request }).map(([, , code]) => code);
  expect(range({})).toEqual(["x", "y"]);
  expect(range({ session: -1, start: 2 })).toEqual(["b", "c"]);
  expect(range({ session: 1, start: 1, stop: 3 })).toEqual(["a", "b"]);
  expect(range({ session: 7 })).toEqual([]);
});

test("a session without a cell yet counts back from the one that it will be", () => {
  session("a");
  expect(new History(folder).read({ ...all, type: "range", session: -1 })).toEqual([[1, 1, "a"]]);
  expect(new History(folder).read({ ...all, type: "range" })).toEqual([]);
});

test("a search is by pattern, over all lines of a cell; * and ? are the only signs with a meaning", () => {
  const now = session("let a = 1;\na", "f(x)", "f(y)", "f(x)");
  const search = (request: object) =>
    now.read({ ...all, type: "search", ...request }).map(([, line]) => line);
  expect(search({ pattern: "let*a" })).toEqual([1]);
  expect(search({ pattern: "f(?)" })).toEqual([2, 3, 4]);
  expect(search({ pattern: "f(?)", unique: true })).toEqual([3, 4]);
  expect(search({ pattern: "f(?)", n: 1 })).toEqual([4]);
  expect(search({ pattern: "f.x." })).toEqual([]);
});

test("kernels that begin at the same time get numbers of their own", () => {
  const [one, other] = [new History(folder), new History(folder)];
  one.add(1, "one");
  other.add(1, "other");
  expect(readdirSync(folder).sort()).toEqual(["1.jsonl", "2.jsonl"]);
});

test("a line that a crash cut off is left out, and the others are there", () => {
  session("a");
  appendFileSync(join(folder, "1.jsonl"), '[2,"b');
  expect(
    session("c")
      .read(all)
      .map(([, , code]) => code),
  ).toEqual(["a", "c"]);
});

test("a folder that cannot be written costs the memory of later kernels, not this one's", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const history = new History(join(file, "history"));
  history.add(1, "a");
  expect(history.read(all)).toEqual([[1, 1, "a"]]);
});

test("of many sessions the newest thousand stay", () => {
  for (let i = 1; i <= 1005; i++) writeFileSync(join(folder, `${i}.jsonl`), `[1,"${i}"]\n`);
  session("new");
  const left = readdirSync(folder).map((name) => Number.parseInt(name, 10));
  expect(left).toHaveLength(1000);
  expect(Math.min(...left)).toBe(7);
});
