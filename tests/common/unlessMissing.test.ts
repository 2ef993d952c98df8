import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isThere } from "../../src/common/isThere";
import { unlessMissing } from "../../src/common/unlessMissing";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "missing-"));
  await writeFile(join(folder, "file"), "text");
});
afterAll(() => rm(folder, { recursive: true }));

test("what is missing is replaced, what is there is given, and another error stays an error", async () => {
  expect(await readdir(join(folder, "nothing")).catch(unlessMissing([]))).toEqual([]);
  expect(await readFile(join(folder, "file"), "utf8").catch(unlessMissing(undefined))).toBe("text");
  await expect(readdir(join(folder, "file")).catch(unlessMissing([]))).rejects.toThrow("ENOTDIR");
});

test("a file and a folder are there; below a file nobody can tell", async () => {
  const found = ["file", "", "nothing"].map((name) => isThere(join(folder, name)));
  expect(await Promise.all(found)).toEqual([true, true, false]);
  await expect(isThere(join(folder, "file", "below"))).rejects.toThrow("ENOTDIR");
});
