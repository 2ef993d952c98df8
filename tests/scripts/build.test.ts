import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../scripts/build.mjs";
import { ROOT } from "../helpers/root";

const MODULES = 60;
let root: string;
const source = (name: string) => path.join(root, "src", name);
/** Modules of this value, and one that adds them up. */
const write = (value: number) => {
  const names = Array.from({ length: MODULES }, (_, i) => `m${i}`);
  for (const name of names)
    fs.writeFileSync(source(`${name}.ts`), `export const ${name}: number = ${value};\n`);
  const sum = `${names.map((name) => `import { ${name} } from "./${name}";`).join("\n")}
export const values: readonly number[] = [${names.join(", ")}];\n`;
  fs.writeFileSync(source("index.ts"), sum);
};
const built = (name: string) => path.join(root, "dist", name);

beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "build ü-"));
  fs.mkdirSync(path.join(root, "src"));
  fs.copyFileSync(path.join(ROOT, "tsconfig.json"), path.join(root, "tsconfig.json"));
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"), "junction");
  write(0);
  await compile(root);
}, 60_000);
afterAll(() => fs.rmSync(root, { recursive: true }));

/** Loads what is built again and again until it is stopped; says how often it could, and why not. */
function loadAllTheTime() {
  const code = `
    let loads = 0, stop = false;
    const faults = [];
    process.on("message", () => { stop = true; });
    (async () => {
      while (!stop) {
        for (const key of Object.keys(require.cache)) delete require.cache[key];
        try {
          if (require(process.argv[1]).values.length !== ${MODULES}) throw new Error("some are missing");
          loads++;
        } catch (error) { faults.push(error.message); }
        await new Promise((resolve) => setImmediate(resolve));
      }
      process.send({ loads, faults });
      process.disconnect();
    })();`;
  const child = spawn(process.execPath, ["-e", code, built("index.js")], { stdio: ["ignore", 2, 2, "ipc"] });
  return () =>
    new Promise<{ loads: number; faults: string[] }>((resolve) => {
      child.once("message", (told) => resolve(told as never));
      child.send("stop");
    });
}

test("whoever loads what is built while it is built anew, also from nothing, finds all files whole", async () => {
  const stop = loadAllTheTime();
  for (const [value, afresh] of [
    [1, false],
    [2, true],
  ] as const) {
    write(value);
    await compile(root, { afresh });
  }
  const { loads, faults } = await stop();
  expect(faults).toEqual([]);
  expect(loads).toBeGreaterThan(10);
  expect(fs.readFileSync(built("m7.js"), "utf8")).toContain("exports.m7 = 2;");
  // Source maps find the sources, though it was compiled elsewhere.
  expect(JSON.parse(fs.readFileSync(built("m7.js.map"), "utf8")).sources).toEqual(["../src/m7.ts"]);
}, 60_000);

test("nothing stays of a source that is gone, and a fault in the sources leaves what was built before", async () => {
  fs.writeFileSync(source("gone.mts"), "export const gone = 1;\n");
  await compile(root);
  expect(fs.existsSync(built("gone.mjs"))).toBe(true);
  fs.rmSync(source("gone.mts"));
  await compile(root);
  expect(fs.readdirSync(built(".")).filter((name) => name.startsWith("gone"))).toEqual([]);
  const before = fs.readFileSync(built("m3.js"), "utf8");
  fs.writeFileSync(source("m3.ts"), 'export const m3: number = "3";\n');
  await expect(compile(root)).rejects.toThrow(/Compiling src failed/);
  expect(fs.readFileSync(built("m3.js"), "utf8")).toBe(before);
  expect(fs.existsSync(path.join(root, "dist.next"))).toBe(false);
}, 60_000);

test("after a build that was killed before all files were in their places, all are made anew", async () => {
  write(4);
  // As if only the compiler's notes had come to their place: it would take the rest for compiled.
  await compile(root);
  for (const name of ["m1.js", "m2.js"]) fs.rmSync(built(name));
  fs.mkdirSync(path.join(root, "dist.next"));
  await compile(root);
  expect(fs.readFileSync(built("m1.js"), "utf8")).toContain("exports.m1 = 4;");
}, 60_000);
