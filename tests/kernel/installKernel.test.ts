import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installKernel } from "../../scripts/install-kernel.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "intrinsic-params-install-"));
});

afterEach(() => rmSync(root, { recursive: true }));

function make(...path: string[]): void {
  const file = join(root, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
}

test("the spec starts the built kernel by absolute paths, and a second run changes nothing", () => {
  make("dist", "kernel", "main.js");
  make(".venv", "pyvenv.cfg");
  const files: string[] = installKernel({ root });
  const read = () => files.map((file) => readFileSync(file, "utf8"));
  const first = read();
  const spec = JSON.parse(first[files.findIndex((file) => file.endsWith("kernel.json"))]);
  expect(spec).toMatchObject({
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
  });
  expect(spec.argv[0]).toBe(process.execPath);
  expect(spec.argv).toContain(join(root, "dist", "kernel", "main.js"));
  expect(spec.argv.slice(-2)).toEqual(["--connection-file", "{connection_file}"]);
  expect(isAbsolute(spec.argv[0])).toBe(true);
  expect(files.every((file) => file.startsWith(join(root, ".venv")))).toBe(true);
  installKernel({ root });
  expect(read()).toEqual(first);
  for (const file of files)
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("without a build or an environment it says what is missing and writes nothing", () => {
  expect(() => installKernel({ root })).toThrow(/main\.js is missing: build/);
  make("dist", "kernel", "main.js");
  expect(() => installKernel({ root })).toThrow(/is no Python environment/);
  expect(existsSync(join(root, ".venv"))).toBe(false);
});
