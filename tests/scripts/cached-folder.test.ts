import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cachedFolder, lookInCache } from "../../scripts/cached-folder.mjs";

let cache: string;
beforeEach(() => {
  cache = fs.mkdtempSync(path.join(os.tmpdir(), "cache ü-"));
  vi.stubEnv("INTRINSIC_PARAMS_CACHE", cache);
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  fs.rmSync(cache, { recursive: true });
});

/** Makes a folder with one file, which says by what it was made, and counts how often. */
const maker = (text: string) => {
  const made = { times: 0 };
  const make = async (folder: string) => {
    made.times++;
    expect(fs.existsSync(folder)).toBe(false);
    fs.mkdirSync(folder);
    await new Promise((resolve) => setTimeout(resolve, 100));
    fs.writeFileSync(path.join(folder, "text"), text);
  };
  return { made, how: { what: "a text", cost: "nothing", make } };
};
const textIn = (folder: string) => fs.readFileSync(path.join(folder, "text"), "utf8");

test("a folder is made once, also where two ask for it at once, and anew from other inputs", async () => {
  const { made, how } = maker("first");
  const both = await Promise.all([cachedFolder("own", "1", how), cachedFolder("own", "1", how)]);
  expect(both).toEqual([path.join(cache, "own"), path.join(cache, "own")]);
  expect([made.times, textIn(both[0])]).toEqual([1, "first"]);
  expect(vi.mocked(console.log).mock.calls.flat()).toEqual([
    "… a text (nothing)",
    "… another run is fetching a text; waiting for it",
  ]);
  expect(lookInCache("own", "1").isMade()).toBe(true);
  expect(lookInCache("own", "2").isMade()).toBe(false);
  expect(textIn(await cachedFolder("own", "2", maker("second").how))).toBe("second");
});

test("what failed or was killed in the middle is made from nothing the next time", async () => {
  const { how } = maker("whole");
  const failing = async (folder: string) => {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "half"), "");
    throw new Error("no network");
  };
  await expect(cachedFolder("own", "1", { ...how, make: failing })).rejects.toThrow("no network");
  expect(lookInCache("own", "1").isMade()).toBe(false);
  expect(fs.readdirSync(await cachedFolder("own", "1", how)).sort()).toEqual([".complete", "text"]);
});
