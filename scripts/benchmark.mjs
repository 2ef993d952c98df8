// `npm run benchmark -- theory | training`: measures this project beside Python, on the same inputs, in one run.
//   npm run benchmark -- theory --quick      fewer points and rounds, less than half a minute
//   npm run benchmark -- theory --no-setup   takes the checkout as it is, without setting it up first

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { ROOT, setUp } from "./setup.mjs";
import { SetupError } from "./setup-error.mjs";

const FLAGS = ["--quick", "--no-setup"];

async function main([name, ...flags]) {
  const folder = path.join(ROOT, "benchmarks");
  const known = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -4));
  const wrong = flags.find((flag) => !FLAGS.includes(flag));
  if (!known.includes(name) || wrong)
    throw new SetupError(
      wrong
        ? `There is no option ${JSON.stringify(wrong)}.`
        : name === undefined
          ? "Expected the name of a benchmark; got none."
          : `There is no benchmark ${JSON.stringify(name)}.`,
      `npm run benchmark -- <${known.join(" | ")}> [--quick] [--no-setup]`,
    );
  if (!flags.includes("--no-setup")) await setUp();
  const { benchmark } = await import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  const quick = flags.includes("--quick");
  const result = await benchmark({ quick });
  const file = path.join("artefacts", `benchmark-${name}${quick ? "-quick" : ""}.json`);
  writeWholeSync(path.join(ROOT, file), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nAll of it: ${file}`);
  return result.agree ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.name === "SetupError" ? error.toString() : error.stack);
    process.exitCode = 1;
  },
);
