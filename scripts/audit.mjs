// `npm run audit`: known vulnerabilities of the packages that run, if the registry answers, and deprecated packages.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Deprecated packages that run here, and why they stay. A test holds this list against the lockfile. */
export const DEPRECATED = {
  "are-we-there-yet": "log output of npmlog, see there",
  gauge: "log output of npmlog, see there",
  glob: "version 7, needed by rimraf 2 and 3; no pattern of a user reaches it",
  inflight: "needed by glob 7",
  npmlog: "used by @mapbox/node-pre-gyp, with which tfjs-node finds its addon; it only logs",
  rimraf: "version 2 in tfjs-node's install script (not run here), 3 in @mapbox/node-pre-gyp",
};

/** Production packages of a lockfile that are in DEPRECATED or that the lockfile marks as deprecated. */
export function deprecatedIn(lock) {
  const names = Object.entries(lock.packages)
    .filter(([name, p]) => name.startsWith("node_modules/") && !p.dev)
    .map(([name, p]) => ({ name: name.replace(/^.*node_modules\//, ""), flagged: Boolean(p.deprecated) }))
    .filter(({ name, flagged }) => flagged || name in DEPRECATED)
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}

function main() {
  const lock = JSON.parse(fs.readFileSync(path.join(ROOT, "package-lock.json"), "utf8"));
  console.log("Deprecated packages in what runs:");
  for (const name of deprecatedIn(lock)) console.log(`  ${name}: ${DEPRECATED[name] ?? "NOT EXPLAINED YET"}`);
  const npm = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  let answer;
  try {
    answer = JSON.parse(npm.stdout);
  } catch {
    answer = { error: { summary: (npm.stderr || String(npm.error)).trim() } };
  }
  if (!answer.metadata?.vulnerabilities) {
    console.log(
      `\nVulnerabilities: NOT CHECKED, the registry did not answer (${answer.message?.split(" - ")[0] ?? answer.error?.summary ?? "no reason given"}).`,
    );
    return 2;
  }
  const { info, low, moderate, high, critical } = answer.metadata.vulnerabilities;
  console.log(
    `\nVulnerabilities: ${critical} critical, ${high} high, ${moderate} moderate, ${low + info} lower.`,
  );
  for (const [name, found] of Object.entries(answer.vulnerabilities))
    console.log(`  ${name} (${found.severity}) ${found.range}`);
  return critical + high > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
