#!/usr/bin/env bash
# typescript 7.0.2, typescript/unstable/async: checker.getCompletionsAtPosition completes members (after a dot), but in a
# module it fails for a bare identifier: "completion list needs auto imports". The language server of the same program
# answers there. Nothing in the declarations says so, and no option of the call changes it.
# Seen: 's.' gives members, 'nam' rejects.
# Here: the type checker runs the language server with an API session of its own (src/kernel/types/nativeCompiler.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts typescript@7.0.2
cat > see.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { API } from "typescript/unstable/async";
const [file, configuration] = [`${process.cwd()}/a.ts`, `${process.cwd()}/tsconfig.json`];
writeFileSync(configuration, JSON.stringify({ compilerOptions: { noEmit: true, types: [] }, files: ["a.ts"] }));
const api = new API({ cwd: process.cwd() });
const seen = [];
for (const [i, end] of ["s.", "nam"].entries()) {
  const text = `export {};\nconst s = "text", name1 = 1;\n${end}`;
  writeFileSync(file, text);
  const snapshot = await api.updateSnapshot(i ? { fileChanges: { changed: [file] } } : { openProjects: [configuration] });
  const { checker } = snapshot.getProject(configuration);
  const answer = await checker.getCompletionsAtPosition(file, text.length, {}).catch((error) => error.message);
  seen.push(`${end} -> ${typeof answer === "string" ? answer : answer.entries.some(({ name }) => name === "trim") ? "members" : "others"}`);
}
console.log(seen.join("; "));
await api.close();
JS
seen=$(node see.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "s. -> members; nam -> completion list needs auto imports" ] || { echo "The behaviour has changed."; exit 1; }
