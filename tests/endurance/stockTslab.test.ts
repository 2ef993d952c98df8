import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { root, venv } from "../kernel/kernel";

type Told = { name: string; seconds: number; failed: null | { cell: number | null; error: string } };

const folder = mkdtempSync(join(tmpdir(), "stock-tslab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tslab = join(root, "node_modules", "tslab");
const notebooks = ["notebooks", "notebooks/solutions"].flatMap((where) =>
  readdirSync(join(root, where))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => join(where, name)),
);

test("every notebook, and every solution, runs under the kernel of tslab 1.0.22 as it is published", async () => {
  expect(JSON.parse(readFileSync(join(tslab, "package.json"), "utf8")).version).toBe("1.0.22");
  const spec = join(folder, "kernels", "tslab");
  mkdirSync(spec, { recursive: true });
  writeFileSync(
    join(spec, "kernel.json"),
    JSON.stringify({
      argv: [process.execPath, join(tslab, "bin", "tslab"), "kernel", "--config-path={connection_file}"],
      ...{ display_name: "TypeScript", language: "typescript", env: { TF_CPP_MIN_LOG_LEVEL: "2" } },
    }),
  );
  const child = spawn(
    join(venv, "bin", "python"),
    [join(import.meta.dirname, "stock_notebooks.py"), "180", ...notebooks],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, JUPYTER_PATH: folder, JUPYTER_NO_CONFIG: "1" },
    },
  );
  const told: Told[] = [];
  for await (const line of createInterface({ input: child.stdout })) told.push(JSON.parse(line));
  expect(told.map(({ name }) => name)).toEqual(notebooks);
  expect(told.filter(({ failed }) => failed)).toEqual([]);
});
