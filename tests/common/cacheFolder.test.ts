import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "cache-folder-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const at = (...names: string[]) => path.join(folder, ...names);

it("the project's own variable goes before the platform's", () => {
  const env = { INTRINSIC_PARAMS_CACHE: at("own"), XDG_CACHE_HOME: at("xdg"), HOME: at("home") };
  expect(cacheFolder({ env, platform: "linux" })).toBe(at("own"));
  expect(fs.existsSync(at("own"))).toBe(true);
});

it("each platform has its own user folder", () => {
  const env = { HOME: at("home"), LOCALAPPDATA: at("local") };
  expect(cacheFolder({ env, platform: "linux" })).toBe(at("home", ".cache", "intrinsic-params"));
  expect(cacheFolder({ env, platform: "darwin" })).toBe(at("home", "Library", "Caches", "intrinsic-params"));
  expect(cacheFolder({ env, platform: "win32" })).toBe(at("local", "intrinsic-params"));
  expect(cacheFolder({ env: { ...env, XDG_CACHE_HOME: at("xdg") }, platform: "linux" })).toBe(
    at("xdg", "intrinsic-params"),
  );
});

it("a home that cannot be written gives the checkout's own .cache", () => {
  fs.writeFileSync(at("home"), "a file, not a folder");
  expect(cacheFolder({ root: at("checkout"), env: { HOME: at("home") }, platform: "linux" })).toBe(
    at("checkout", ".cache"),
  );
});

it.skipIf(process.platform !== "linux")("a home where nothing can ever be made does not hang", () => {
  expect(cacheFolder({ root: at("checkout"), env: { HOME: "/proc/none" }, platform: "linux" })).toBe(
    at("checkout", ".cache"),
  );
});

it("a folder that the user chose and that cannot be written is an error, not a surprise elsewhere", () => {
  fs.writeFileSync(at("file"), "");
  expect(() => cacheFolder({ env: { INTRINSIC_PARAMS_CACHE: at("file", "x") } })).toThrow(
    /INTRINSIC_PARAMS_CACHE.*cannot be written/,
  );
});
