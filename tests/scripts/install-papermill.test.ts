import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installPapermill } from "../../scripts/install-papermill.mjs";
import { ROOT } from "../helpers/root";

let venv: string;
const packages = () => path.join(venv, "lib", "python3.11", "site-packages");

beforeEach(() => {
  venv = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-papermill-"));
});
afterEach(() => fs.rmSync(venv, { recursive: true }));

test.skipIf(process.platform === "win32")(
  "the translator is a module with an entry point, and an older version of it goes",
  () => {
    const old = path.join(packages(), "intrinsic_params_papermill-0.0.1.dist-info");
    fs.mkdirSync(old, { recursive: true });
    const files = installPapermill({ root: ROOT, venv });
    expect(fs.existsSync(old)).toBe(false);
    const entry = files.find((file) => file.endsWith("entry_points.txt"));
    expect(fs.readFileSync(entry ?? "", "utf8")).toBe(
      "[papermill.engine]\ntypescript = papermill_typescript:Engine\n",
    );
    expect(fs.existsSync(path.join(packages(), "papermill_typescript.py"))).toBe(true);
    expect(installPapermill({ root: ROOT, venv })).toEqual(files);
  },
);

test("a folder that is no Python environment is refused", () => {
  expect(() => installPapermill({ root: ROOT, venv })).toThrow(/no Python environment: run the set-up/);
});
