// `npm test`: set everything up as `npm start` does, then run every test there is, and print the count.
//   npm test -- tests/exact        only these (vitest's own arguments are passed on)
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ensureBrowser } from "./browser.mjs";
import { ROOT, setUp } from "./setup.mjs";

async function main() {
  await setUp();
  const browser = await ensureBrowser();
  const artefacts = path.join(ROOT, "artefacts");
  fs.mkdirSync(artefacts, { recursive: true });
  const report = path.join(artefacts, "tests.json");
  fs.rmSync(report, { force: true });
  const code = await new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        path.join(ROOT, "node_modules/vitest/vitest.mjs"),
        "run",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...process.argv.slice(2),
      ],
      { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...(browser ? { CHROME: browser } : {}) } },
    );
    child.once("error", reject);
    child.once("close", resolve);
  });
  return closingLine(report, code);
}

/** Counts a test file that could not even be loaded as one failure, so that it is not overlooked. */
function closingLine(report, code) {
  if (!fs.existsSync(report)) {
    console.error("vitest ended without a report.");
    console.log("0 passed, 1 failed");
    return code || 1;
  }
  const result = JSON.parse(fs.readFileSync(report, "utf8"));
  const tests = result.testResults.flatMap((file) => file.assertionResults);
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length;
  const unloaded = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
  );
  const failed = count("failed") + unloaded.length || (code === 0 ? 0 : 1);
  const skipped = count("pending", "skipped", "todo", "disabled");
  for (const test of tests.filter((t) => ["pending", "skipped", "todo", "disabled"].includes(t.status)))
    console.log(`skipped: ${test.fullName}`);
  console.log(`${count("passed")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.name === "SetupError" ? error.toString() : error.stack);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
  },
);
