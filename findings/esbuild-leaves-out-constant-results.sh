#!/usr/bin/env bash
# esbuild 0.28.2, transform, no minification, format esm: a statement that is only a constant is left out where esbuild
# folds it (-1, "a" + "b", 1 === 1), and stays where it does not (1 + 2, a member of an enum).
# Without minification one expects the statements of the input; whoever wants a script's last value loses some of them.
# Seen: of eight last statements four are gone.
# Here: the kernel says a constant at a cell's end once more, as [(…)][0], which stays (src/kernel/server/transpiler.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts esbuild@0.28.2
cat > see.mjs <<'JS'
import { transform, version } from "esbuild";
const prefix = "enum E { A = 7 }\n";
const last = ["-1", '"a" + "b"', "1 === 1", "true && 5", "E.A", "1 + 2", "[-1][0]", "typeof E"];
const gone = [];
for (const statement of last) {
  const of = async (code) => (await transform(code, { loader: "ts", format: "esm" })).code.length;
  if ((await of(prefix + statement)) === (await of(prefix))) gone.push(statement);
}
console.log(`${version}: gone ${gone.join(", ")}`);
process.exit(0);
JS
seen=$(node see.mjs)
echo "$seen"
[ "$seen" = '0.28.2: gone -1, "a" + "b", 1 === 1, true && 5' ] || { echo "The behaviour has changed."; exit 1; }
