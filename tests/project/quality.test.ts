import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

const node = (...args: string[]) => {
  const r = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  return { status: r.status, out: `${r.stdout}${r.stderr}` };
};
const TSC = "node_modules/typescript/bin/tsc";

test("the sources type-check under strict rules", { timeout: 120_000 }, () => {
  expect(node(TSC, "-p", ".", "--noEmit", "--incremental", "false")).toEqual({ status: 0, out: "" });
});

test("the tests type-check under the same rules", { timeout: 120_000 }, () => {
  expect(node(TSC, "-p", "tests")).toEqual({ status: 0, out: "" });
});

test("the site type-checks under the same rules", { timeout: 120_000 }, () => {
  expect(node(TSC, "-p", "site")).toEqual({ status: 0, out: "" });
});

test("the linter and formatter find nothing to say, floating promises included", { timeout: 60_000 }, () => {
  const { status, out } = node("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".");
  expect(status, out).toBe(0);
});

test("the built declarations are exact under TypeScript 5.0.4, the notebook kernel's own", {
  timeout: 120_000,
}, () => {
  const old = path.join(ROOT, "node_modules/@tslab/typescript-for-tslab/lib/typescript.js");
  const script = `
    const ts = require(${JSON.stringify(old)});
    if (!ts.version.startsWith("5.0")) throw new Error("tslab brings TypeScript " + ts.version);
    const program = ts.createProgram(["dist/index.d.ts"], { target: 99, module: 1, moduleResolution: 2, strict: true, skipLibCheck: false, types: ["node"], noEmit: true });
    const ours = ts.getPreEmitDiagnostics(program).filter((d) => d.file && !d.file.fileName.includes("node_modules"));
    for (const d of ours) console.log(d.file.fileName + ": " + ts.flattenDiagnosticMessageText(d.messageText, "\\n"));
    const text = (f) => require("fs").readFileSync(f, "utf8");
    for (const f of program.getSourceFiles().map((s) => s.fileName).filter((f) => /\\/dist\\//.test(f) && !f.includes("node_modules")))
      for (const m of text(f).matchAll(/(Float|Int|Uint|BigInt|BigUint)\\d+(Clamped)?Array<[^>]*>/g)) console.log(f + ": " + m[0] + " is any to TypeScript 5.0");`;
  expect(node("-e", script)).toEqual({ status: 0, out: "" });
});

test("the package loads no other package: TensorFlow, danfo, jsdom, Plotly only when they are asked for", () => {
  const script = `
    require("intrinsic-params");
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const loaded: string[] = JSON.parse(node("-e", script).out);
  expect(loaded.length).toBeGreaterThan(50);
  expect(loaded.filter((file) => /[\\/]node_modules[\\/]/.test(file))).toEqual([]);
});

test("no committed text holds a registry's host, an absolute path of a machine, or a file over 40 MB", () => {
  const tracked = spawnSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
    .stdout.split("\0")
    .filter(Boolean);
  expect(tracked.length).toBeGreaterThan(20);
  for (const name of tracked) {
    const file = path.join(ROOT, name);
    if (!fs.existsSync(file)) continue;
    expect(fs.statSync(file).size, name).toBeLessThan(40e6);
    if (/\.(gz|png|ttf)$/.test(name)) continue;
    const text = fs.readFileSync(file, "utf8");
    // Spelled in two halves, so that this file itself is clean.
    for (const host of ["registry.npm" + "js.org", "pypi." + "org", "pythonhosted." + "org"])
      expect(text.includes(host), `${name}: ${host}`).toBe(false);
    expect(text.match(/\/(?:home|Users|root)\/[a-z.][\w.-]*\//), name).toBeNull();
    expect(text.includes(ROOT), `${name}: ${ROOT}`).toBe(false);
  }
});

test("no unit test goes by the clock: what is timed stands in tests/patience, the system's tests and benchmarks", async () => {
  const { default: config } = await import(path.join(ROOT, "vitest.config.mts"));
  const projects = config.test.projects.map((project: { test: object }) => project.test);
  const { include, exclude } = projects.find((project: { name: string }) => project.name === "unit");
  expect(include).toEqual(["tests/**/*.test.ts"]);
  const folders: string[] = exclude.map((pattern: string) => pattern.replace(/\*\*$/, ""));
  const clocked = fs
    .readdirSync(path.join(ROOT, "tests"), { recursive: true, encoding: "utf8" })
    .map((file) => `tests/${file.split(path.sep).join("/")}`)
    .filter((file) => file.endsWith(".ts"))
    .filter((file) =>
      /performance\.now\(\)|hrtime|cpuUsage|Date\.now\(\) -/.test(
        fs.readFileSync(path.join(ROOT, file), "utf8"),
      ),
    );
  expect(clocked.filter((file) => folders.some((folder) => file.startsWith(folder))).length).toBeGreaterThan(
    3,
  );
  // This file has the pattern itself.
  const unit = clocked.filter((file) => !folders.some((folder) => file.startsWith(folder)));
  expect(unit).toEqual(["tests/project/quality.test.ts"]);
});
