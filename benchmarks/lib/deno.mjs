import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder } from "../../scripts/cached-folder.mjs";
import { run } from "../../scripts/run.mjs";
import { npmCommand } from "../../scripts/setup.mjs";
import { digest } from "../../scripts/stamp.mjs";

const LOCKED = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "deno");
const FILES = ["package.json", "package-lock.json"];

/**
 * Deno's program at the locked version, in the cache folder; fetched when first asked for.
 * @returns {Promise<{ program: string, version: string }>}
 * @throws {SetupError}
 */
export async function deno() {
  const texts = FILES.map((name) => fs.readFileSync(path.join(LOCKED, name), "utf8"));
  const inputs = digest(...texts, `${process.platform} ${process.arch}`);
  const made = await cachedFolder(`benchmark-deno-${inputs.slice(0, 12)}`, inputs, {
    what: "Deno of the benchmarks",
    cost: "45 MB to fetch, 130 MB on disk, about 10 s",
    async make(folder) {
      fs.mkdirSync(folder, { recursive: true });
      for (const [i, name] of FILES.entries()) fs.writeFileSync(path.join(folder, name), texts[i]);
      const [command, ...first] = npmCommand();
      const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
      await run("fetching Deno for the benchmarks", command, [...first, "ci", ...quiet], { cwd: folder });
    },
  });
  const platforms = path.join(made, "node_modules", "@deno");
  const [platform] = fs.readdirSync(platforms);
  return {
    program: path.join(platforms, platform, process.platform === "win32" ? "deno.exe" : "deno"),
    version: JSON.parse(texts[0]).dependencies.deno,
  };
}
