import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "../../scripts/lock.mjs";
import { run } from "../../scripts/run.mjs";
import { npmCommand } from "../../scripts/setup.mjs";
import { digest, stampMatches } from "../../scripts/stamp.mjs";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../../src/common/writeWhole.cjs";

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
  const folder = path.join(cacheFolder(), `benchmark-deno-${inputs.slice(0, 12)}`);
  const stamp = path.join(folder, ".complete");
  if (!stampMatches(stamp, inputs))
    await withLock(
      folder,
      () => console.log("… another run is fetching Deno; waiting for it"),
      async () => {
        if (stampMatches(stamp, inputs)) return;
        console.log("… Deno of the benchmarks (45 MB to fetch, 130 MB on disk, about 10 s)");
        fs.rmSync(folder, { recursive: true, force: true });
        fs.mkdirSync(folder, { recursive: true });
        for (const [i, name] of FILES.entries()) fs.writeFileSync(path.join(folder, name), texts[i]);
        const [command, ...first] = npmCommand();
        const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
        await run("fetching Deno for the benchmarks", command, [...first, "ci", ...quiet], { cwd: folder });
        writeWholeSync(stamp, inputs);
      },
    );
  const platforms = path.join(folder, "node_modules", "@deno");
  const [platform] = fs.readdirSync(platforms);
  return {
    program: path.join(platforms, platform, process.platform === "win32" ? "deno.exe" : "deno"),
    version: JSON.parse(texts[0]).dependencies.deno,
  };
}
