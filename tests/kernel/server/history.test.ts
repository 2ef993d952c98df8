import { appendFile, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheFolder } from "../../../src/common/cacheFolder.cjs";
import { History } from "../../../src/kernel/server/history";
import { historyFolder } from "../../../src/kernel/server/historyFolder";
import type { HistoryRequest } from "../../../src/kernel/server/historyRequest";
import { Kernel } from "../kernel";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "history-"));
});
afterEach(() => rm(folder, { recursive: true }));

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
const tail = async (history: History, n = all.n) =>
  (await history.read({ ...all, n })).map(([, , code]) => code);

/** A session in which these cells have run, one after the other. */
async function session(...cells: string[]): Promise<History> {
  const history = new History(folder);
  for (const [i, code] of cells.entries()) history.add(i + 1, code);
  await history.read({ ...all, n: 1 });
  return history;
}

test("a new kernel knows the cells of the ones before it, oldest first", async () => {
  await session("a", "b");
  const now = await session("c\nd");
  expect(await now.read(all)).toEqual([
    [1, 1, "a"],
    [1, 2, "b"],
    [2, 1, "c\nd"],
  ]);
  expect(await now.read({ ...all, n: 2 })).toEqual([
    [1, 2, "b"],
    [2, 1, "c\nd"],
  ]);
  expect(await now.read({ ...all, n: 1, output: true })).toEqual([[2, 1, ["c\nd", null]]]);
  expect(await now.read({ ...all, n: 0 })).toEqual([]);
});

test("a range is of this session, of one counted back from it, or of one by its number; its end is left out", async () => {
  await session("a", "b", "c");
  const now = await session("x", "y");
  const range = async (request: object) =>
    (await now.read({ ...all, type: "range", ...request })).map(([, , code]) => code);
  expect(await range({})).toEqual(["x", "y"]);
  expect(await range({ session: -1, start: 2 })).toEqual(["b", "c"]);
  expect(await range({ session: 1, start: 1, stop: 3 })).toEqual(["a", "b"]);
  expect(await range({ session: 7 })).toEqual([]);
});

test("a session without a cell yet counts back from the one that it will be", async () => {
  await session("a");
  expect(await new History(folder).read({ ...all, type: "range", session: -1 })).toEqual([[1, 1, "a"]]);
  expect(await new History(folder).read({ ...all, type: "range" })).toEqual([]);
});

test("a search is by pattern, over all lines of a cell; * and ? are the only signs with a meaning", async () => {
  const now = await session("let a = 1;\na", "f(x)", "f(y)", "f(x)");
  const search = async (request: object) =>
    (await now.read({ ...all, type: "search", ...request })).map(([, line]) => line);
  expect(await search({ pattern: "let*a" })).toEqual([1]);
  expect(await search({ pattern: "f(?)" })).toEqual([2, 3, 4]);
  expect(await search({ pattern: "f(?)", unique: true })).toEqual([3, 4]);
  expect(await search({ pattern: "f(?)", n: 1 })).toEqual([4]);
  expect(await search({ pattern: "f.x." })).toEqual([]);
});

test("kernels that begin at the same time get numbers of their own", async () => {
  const both = [new History(folder), new History(folder)];
  for (const [i, one] of both.entries()) one.add(1, `kernel ${i}`);
  await Promise.all(both.map((one) => one.close()));
  expect((await readdir(folder)).sort()).toEqual(["1.jsonl", "2.jsonl"]);
});

test("lines that a crash cut off, that another program wrote or that are too long are left out, and the others are there", async () => {
  await session("a", "b");
  const strange = ["{", "null", "[]", '["1","x"]', "[3]", '{"line":3}', "\0\ufffd", ""];
  const long = JSON.stringify([3, "x".repeat(1_000_000)]);
  await appendFile(join(folder, "1.jsonl"), [...strange, long, '[4,"d"]\n[5,"cut'].join("\n"));
  await writeFile(join(folder, "notes.txt"), '[1,"foreign"]\n');
  await writeFile(join(folder, `${"9".repeat(30)}.jsonl`), '[1,"foreign"]\n');
  await mkdir(join(folder, "7.jsonl"));
  expect(await tail(await session("e"))).toEqual(["a", "b", "d", "e"]);
});

test("a cell of more than 100,000 characters is not kept, and one of as many is, whatever they are", async () => {
  const longest = "\0".repeat(100_000);
  const now = await session("a", longest, `${longest}\0`, "b");
  expect(await tail(now)).toEqual(["a", longest, "b"]);
  expect(await tail(new History(folder))).toEqual(["a", longest, "b"]);
});

test("lines are found wherever the pieces begin in which a file is read", async () => {
  const cells = Array.from({ length: 400 }, (_, i) => `${i} ${"ü€😀".repeat((i * 131) % 700)}`);
  await session(...cells);
  expect(await tail(new History(folder), 1000)).toEqual(cells);
  for (const n of [1, 2, 3, 50, 399]) expect(await tail(new History(folder), n)).toEqual(cells.slice(-n));
});

test("the last cells are read without the rest of their file", async () => {
  await session("a", "b");
  const file = join(folder, "1.jsonl");
  // A hole of 200 GB: whoever read it would not come back.
  const { size } = await stat(file);
  await truncate(file, size + 2e11);
  await appendFile(file, '\n[3,"c"]\n[4,"d"]\n');
  expect(await tail(new History(folder), 2)).toEqual(["c", "d"]);
});

test("a folder that cannot be written costs the memory of later kernels, not this one's", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const history = new History(join(file, "history"));
  history.add(1, "a");
  expect(await history.read(all)).toEqual([[1, 1, "a"]]);
});

test("of many sessions the newest thousand stay", async () => {
  for (let i = 1; i <= 1005; i++) await writeFile(join(folder, `${i}.jsonl`), `[1,"${i}"]\n`);
  await (await session("new")).close();
  const left = (await readdir(folder)).map((name) => Number.parseInt(name, 10));
  expect(left).toHaveLength(1000);
  expect(Math.min(...left)).toBe(7);
});

test("all sessions together keep at most 32 MiB, the newest first, and one at most 8 MiB", async () => {
  const mebibytes = (count: number) => `${JSON.stringify([1, "x".repeat(1000)])}\n`.repeat(count * 1037);
  for (let i = 1; i <= 9; i++) await writeFile(join(folder, `${i}.jsonl`), mebibytes(i === 8 ? 9 : 5));
  const now = new History(folder);
  for (let i = 1; i <= 100; i++) now.add(i, "x".repeat(100_000));
  await now.close();
  const left = (await readdir(folder)).map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  expect(left).toEqual([5, 6, 7, 9, 10]);
  const own = (await stat(join(folder, "10.jsonl"))).size;
  expect(own).toBeGreaterThan(7.9 * 2 ** 20);
  expect(own).toBeLessThan(8 * 2 ** 20);
});

test("the folder is the one that INTRINSIC_PARAMS_HISTORY names, none for off, else one in the cache folder", () => {
  expect(historyFolder({ INTRINSIC_PARAMS_HISTORY: "some/where" })).toBe(resolve("some/where"));
  expect(historyFolder({ INTRINSIC_PARAMS_HISTORY: "off" })).toBeUndefined();
  const env = { INTRINSIC_PARAMS_CACHE: folder };
  expect(historyFolder(env)).toBe(join(cacheFolder({ env }), "history"));
});

test("kernels that tests start write no history", () => {
  expect(process.env.INTRINSIC_PARAMS_HISTORY).toBe("off");
});

test("two kernels, one after the other: the second brings back what the first ran, also if it ended at once", async () => {
  const started = async () => {
    const kernel = new Kernel({ INTRINSIC_PARAMS_HISTORY: folder });
    await kernel.start();
    return kernel;
  };
  const first = await started();
  await first.run("const kept = 1;");
  await first.run("kept + 1");
  await first.do("shutdown");
  await first.close();
  const second = await started();
  const request = { hist_access_type: "tail", n: 10, raw: true, output: false };
  const reply = await second.do("ask", { type: "history_request", content: request });
  await second.close();
  expect(reply).toMatchObject({
    content: {
      history: [
        [1, 1, "const kept = 1;"],
        [1, 2, "kept + 1"],
      ],
    },
  });
});
