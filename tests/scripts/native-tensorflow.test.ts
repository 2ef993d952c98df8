import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureTensorflow } from "../../scripts/native-tensorflow.mjs";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";

const checkout = path.resolve(__dirname, "../..");
const shared = path.join(cacheFolder(), "native");
const library =
  fs.existsSync(shared) && fs.readdirSync(shared).find((name) => /^tensorflow-.*[0-9a-f]$/.test(name));
const never = async () => false;
const quiet = () => {};
const noDownload = async (): Promise<string> => {
  throw new Error("nothing may be downloaded here");
};

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "native tensorflow ü-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A second clone: its own tfjs-node without a native half, everything else linked. */
function clone(name: string): string {
  const root = path.join(folder, name);
  const modules = path.join(checkout, "node_modules");
  fs.mkdirSync(path.join(root, "node_modules", "@tensorflow"), { recursive: true });
  fs.writeFileSync(path.join(root, "package.json"), "{}");
  for (const entry of fs.readdirSync(modules)) {
    if (entry !== "@tensorflow")
      fs.symlinkSync(path.join(modules, entry), path.join(root, "node_modules", entry));
  }
  for (const entry of fs.readdirSync(path.join(modules, "@tensorflow"))) {
    const to = path.join(root, "node_modules", "@tensorflow", entry);
    if (entry !== "tfjs-node") fs.symlinkSync(path.join(modules, "@tensorflow", entry), to);
  }
  const from = path.join(modules, "@tensorflow", "tfjs-node");
  const native = ["deps", "lib", "src"].map((entry) => path.join(from, entry));
  fs.cpSync(from, path.join(root, "node_modules", "@tensorflow", "tfjs-node"), {
    recursive: true,
    filter: (source) => !native.includes(source),
  });
  return root;
}

/** A cache that knows TensorFlow's library, but has no compiled addon. */
function cacheWithLibrary(name: string): string {
  const cacheDir = path.join(folder, name);
  fs.mkdirSync(path.join(cacheDir, "native"), { recursive: true });
  fs.symlinkSync(path.join(shared, library as string), path.join(cacheDir, "native", library as string));
  return cacheDir;
}

const addonIn = (cacheDir: string) =>
  fs.readdirSync(path.join(cacheDir, "native")).find((name) => name.startsWith("tfjs-node")) as string;

function executable(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

/** Stands for g++ where the compiling itself is not in question: copies the addon that this machine has. */
function quickCompiler(): string {
  const lib = path.join(checkout, "node_modules", "@tensorflow", "tfjs-node", "lib");
  const addon = path.join(lib, fs.readdirSync(lib)[0], "tfjs_binding.node");
  return executable(
    "quick-compiler",
    `[ "$1" = --version ] && exit; while [ "$1" != -o ]; do shift; done; sleep 0.3; cp '${addon}' "$2"`,
  );
}

describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("what stops it is told apart", () => {
  const kindWith = async (options: object) => {
    const result = await ensureTensorflow({
      root: clone("clone"),
      cacheDir: path.join(folder, "cache"),
      reachable: never,
      log: quiet,
      ...options,
    });
    if (result.backend !== "javascript") throw new Error("this was meant to fail");
    expect(result.reason).toMatch(/minutes instead of a fraction of a second/);
    return result.kind;
  };

  it("no compiler, found out before the download", async () => {
    vi.stubEnv("CXX", "no-such-compiler");
    expect(await kindWith({ download: noDownload })).toBe("no-compiler");
  });
  it("no Python", async () => {
    expect(await kindWith({ python: path.join(folder, "no-python") })).toBe("no-python");
  });
  it("a Python without pip", async () => {
    const python = executable("python", "echo 'No module named pip' >&2; exit 1");
    expect(await kindWith({ python })).toBe("no-pip");
  });
  it("no network", async () => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]) vi.stubEnv(name, "");
    vi.stubEnv("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    vi.stubEnv("PIP_EXTRA_INDEX_URL", "");
    expect(await kindWith({})).toBe("no-network");
  });
  it("a file with another hash", async () => {
    const python = executable(
      "python",
      '[ "$3" = --version ] || { echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1; }',
    );
    expect(await kindWith({ python })).toBe("hash-mismatch");
  });
  it("a full disk, seen by pip or by ourselves", async () => {
    const python = executable(
      "python",
      '[ "$3" = --version ] || { echo "OSError: [Errno 28] No space left on device" >&2; exit 1; }',
    );
    expect(await kindWith({ python })).toBe("disk-full");
    const download = async () => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    fs.rmSync(path.join(folder, "clone"), { recursive: true });
    expect(await kindWith({ download })).toBe("disk-full");
  });
  it("a cache that cannot be written", async () => {
    fs.writeFileSync(path.join(folder, "file"), "");
    expect(await kindWith({ cacheDir: path.join(folder, "file", "cache") })).toBe("not-writable");
  });
  it("a defect of our own is not taken for one of these", async () => {
    const download = async () => {
      throw new TypeError("a defect");
    };
    await expect(kindWith({ download })).rejects.toThrow("a defect");
  });
  it("a checkout without node_modules", async () => {
    await expect(ensureTensorflow({ root: folder, cacheDir: folder })).rejects.toThrow(/npm ci/);
  });
});

describe.skipIf(!library)("with TensorFlow's library in the cache", { timeout: 120_000 }, () => {
  const wheel = (root: string, cacheDir: string) =>
    ensureTensorflow({ root, cacheDir, reachable: never, download: noDownload, log: quiet });

  it("compiles the addon once; a second clone shares it, and a third call needs no proof", async () => {
    const cacheDir = cacheWithLibrary("cache");
    expect(await wheel(clone("first clone"), cacheDir)).toMatchObject({
      backend: "tensorflow",
      route: "wheel",
    });
    vi.stubEnv("CXX", "no-such-compiler");
    const second = clone("second ß");
    expect(await wheel(second, cacheDir)).toMatchObject({ backend: "tensorflow", tensorflow: "2.13.1" });
    vi.stubEnv("PATH", "");
    // A proof would start this.
    vi.spyOn(process, "execPath", "get").mockReturnValue(path.join(folder, "no such program"));
    expect(await wheel(second, cacheDir)).toMatchObject({ backend: "tensorflow", route: "wheel" });
  });

  it("mends an addon that was cut short or altered behind its time stamp", async () => {
    const cacheDir = cacheFolder();
    const root = clone("clone");
    await wheel(root, cacheDir);
    const lib = path.join(root, "node_modules", "@tensorflow", "tfjs-node", "lib");
    const addon = path.join(lib, fs.readdirSync(lib)[0], "tfjs_binding.node");
    const whole = fs.readFileSync(addon);
    fs.writeFileSync(addon, whole.subarray(0, 1000));
    expect((await wheel(root, cacheDir)).backend).toBe("tensorflow");
    expect(fs.readFileSync(addon).equals(whole)).toBe(true);

    const { atime, mtime } = fs.statSync(addon);
    const altered = Buffer.from(whole);
    altered[altered.length >> 1] ^= 1;
    fs.writeFileSync(addon, altered);
    fs.utimesSync(addon, atime, mtime);
    await ensureTensorflow({
      root,
      cacheDir,
      reachable: never,
      download: noDownload,
      log: quiet,
      check: true,
    });
    expect(fs.readFileSync(addon).equals(whole)).toBe(true);
  });

  it("compiles anew where its own operations have changed, and keeps the addon where that cannot be done", async () => {
    vi.stubEnv("CXX", quickCompiler());
    const cacheDir = cacheWithLibrary("cache");
    const root = clone("clone");
    await wheel(root, cacheDir);
    const lib = path.join(root, "node_modules", "@tensorflow", "tfjs-node", "lib");
    const stamp = path.join(lib, fs.readdirSync(lib)[0], "proven.json");
    const stored = () => JSON.parse(fs.readFileSync(stamp, "utf8")).operations;
    const now = stored();
    const outdated = () => {
      fs.writeFileSync(stamp, fs.readFileSync(stamp, "utf8").replace(now, "earlier"));
      fs.rmSync(path.join(cacheDir, "native", addonIn(cacheDir)), { recursive: true });
    };
    outdated();
    vi.stubEnv("CXX", "no-such-compiler");
    expect(await wheel(root, cacheDir)).toMatchObject({ backend: "tensorflow", route: "wheel" });
    expect(stored()).toBe("earlier");
    vi.stubEnv("CXX", quickCompiler());
    expect(await wheel(root, cacheDir)).toMatchObject({ backend: "tensorflow", route: "wheel" });
    expect(stored()).toBe(now);
  });

  it("a compiler that cannot take its own operations compiles the addon without them", async () => {
    const quick = quickCompiler();
    vi.stubEnv(
      "CXX",
      executable("old-compiler", `case "$*" in *operations.cc*) exit 1; esac; exec '${quick}' "$@"`),
    );
    const said: string[] = [];
    const options = { reachable: never, download: noDownload, log: (text: string) => said.push(text) };
    const result = await ensureTensorflow({
      root: clone("clone"),
      cacheDir: cacheWithLibrary("cache"),
      ...options,
    });
    expect(result.backend).toBe("tensorflow");
    expect(said.join()).toMatch(/does not take our own operations/);
  });

  it("two at once both end with a proven addon and leave nothing half made", async () => {
    vi.stubEnv("CXX", quickCompiler());
    const cacheDir = cacheWithLibrary("cache");
    const roots = [clone("one"), clone("two")];
    const results = await Promise.all(roots.map((root) => wheel(root, cacheDir)));
    expect(results.map((result) => result.backend)).toEqual(["tensorflow", "tensorflow"]);
    expect(fs.readdirSync(path.join(cacheDir, "native")).filter((name) => name.endsWith(".part"))).toEqual(
      [],
    );
  });

  it("killed while compiling, it leaves no addon, and the next run clears up and succeeds", async () => {
    const cacheDir = cacheWithLibrary("cache");
    const root = clone("clone");
    const script = `import { ensureTensorflow } from ${JSON.stringify(path.join(checkout, "scripts/native-tensorflow.mjs"))};
      await ensureTensorflow({ root: ${JSON.stringify(root)}, cacheDir: ${JSON.stringify(cacheDir)}, reachable: async () => false });`;
    // A compiler that says when it starts and then never ends.
    const CXX = executable(
      "slow-compiler",
      '[ "$1" = --version ] || { echo > "$TMPDIR/started"; exec sleep 60; }',
    );
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, CXX },
      detached: true,
    });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const native = path.join(cacheDir, "native");
    const parts = () => fs.readdirSync(native).filter((name) => name.endsWith(".part"));
    await vi.waitUntil(
      () => parts().some((part) => fs.existsSync(path.join(native, part, "started"))),
      20_000,
    );
    process.kill(-(child.pid as number), "SIGKILL");
    await gone;
    expect(parts()).toHaveLength(1);
    vi.stubEnv("CXX", quickCompiler());
    expect((await wheel(root, cacheDir)).backend).toBe("tensorflow");
    expect(parts()).toEqual([]);
  });

  it("runs the package's own install script where its storage answers, and shares the result", async () => {
    const cacheDir = path.join(folder, "cache");
    const root = clone("clone");
    // Stands for the download: what upstream's script leaves behind, made from the machine's own addon.
    const from = path.join(checkout, "node_modules", "@tensorflow", "tfjs-node");
    const script = `const fs = require("fs"), path = require("path"), here = path.resolve(__dirname, "..");
      require("rimraf");
      fs.cpSync(${JSON.stringify(path.join(from, "lib"))}, path.join(here, "lib"), { recursive: true });
      fs.mkdirSync(path.join(here, "deps"));
      fs.symlinkSync(${JSON.stringify(path.join(shared, library as string, "lib"))}, path.join(here, "deps", "lib"));`;
    const install = (clone: string) =>
      path.join(clone, "node_modules/@tensorflow/tfjs-node/scripts/install.js");
    fs.writeFileSync(install(root), script);
    const upstream = (clone: string, reachable: () => Promise<boolean>) =>
      ensureTensorflow({ root: clone, cacheDir, reachable, download: noDownload, log: quiet });
    expect(await upstream(root, async () => true)).toMatchObject({
      backend: "tensorflow",
      route: "upstream",
    });
    const second = clone("second");
    fs.rmSync(install(second));
    expect(await upstream(second, never)).toMatchObject({ backend: "tensorflow", route: "upstream" });
  });
});
