// `npm run notebooks`: set everything up, run every notebook from a clean kernel, write the outputs back.
//   npm run notebooks -- --check 01   run those that begin with 01, write nothing
import { spawnSync } from "node:child_process";
import path from "node:path";
import { venvProgram } from "./python.mjs";
import { ROOT, setUp } from "./setup.mjs";

try {
  await setUp();
  const { status, error } = spawnSync(
    venvProgram(ROOT, "python"),
    [path.join(ROOT, "scripts", "run_notebooks.py"), ...process.argv.slice(2)],
    { stdio: "inherit", env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" } },
  );
  if (error) throw error;
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error.name === "SetupError" ? error.toString() : error.stack);
  process.exitCode = 1;
}
