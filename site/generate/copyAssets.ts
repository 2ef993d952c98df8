import fs from "node:fs";
import path from "node:path";

/** What the worker of the types needs: TypeScript's own declarations without the DOM's, and the library's. */
const LIBRARY_ROOMS = /^(index|common|theory|learning|show)\b/;
const NOT_NEEDED =
  /^lib\.(dom|scripthost|webworker\.(importscripts|iterable|asynciterable))\b|\.full\.d\.ts$/;

/** Copies what is served as it comes: Plotly, KaTeX's fonts, TensorFlow's WebAssembly, declarations of types. */
export async function copyAssets({ root, assets }: { root: string; assets: string }): Promise<void> {
  const packages = path.join(root, "node_modules");
  const copy = (from: string, to: string) => {
    const file = path.join(assets, to);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(path.join(packages, from), file);
  };
  copy("plotly.js-cartesian-dist-min/plotly-cartesian.min.js", "plotly.js");
  const katex = "katex/dist";
  for (const font of fs
    .readdirSync(path.join(packages, katex, "fonts"))
    .filter((name) => name.endsWith(".woff2")))
    copy(`${katex}/fonts/${font}`, `katex/fonts/${font}`);
  const style = fs.readFileSync(path.join(packages, katex, "katex.min.css"), "utf8");
  // Every browser of today reads WOFF2.
  fs.writeFileSync(
    path.join(assets, "katex/katex.min.css"),
    style.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, ""),
  );
  // Every browser of today has SIMD; without isolation, none has shared memory for threads.
  copy("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-simd.wasm");
  fs.writeFileSync(path.join(assets, "types.json"), JSON.stringify(declarations(root)));
  fs.writeFileSync(
    path.join(assets, "icon.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0072B2"/><path d="M5 25h5v-6h6v-5h6V8h5" fill="none" stroke="#fff" stroke-width="3"/></svg>\n`,
  );
}

/** The declarations that cells are checked with: path → text. */
export function declarations(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lib = path.join(root, "node_modules/typescript/lib");
  for (const name of fs.readdirSync(lib))
    if (/^lib\..*\.d\.ts$/.test(name) && !NOT_NEEDED.test(name))
      found[`/lib/${name}`] = withoutComments(fs.readFileSync(path.join(lib, name), "utf8"));
  const dist = path.join(root, "dist");
  for (const name of fs.readdirSync(dist, { recursive: true, encoding: "utf8" }).sort()) {
    const slashed = name.split(path.sep).join("/");
    if (slashed.endsWith(".d.ts") && LIBRARY_ROOMS.test(slashed))
      found[`/library/${slashed}`] = withoutComments(fs.readFileSync(path.join(dist, name), "utf8"));
  }
  return found;
}

/** Comments are most of a declaration file; `/// <reference …>` stays, the space that indents goes. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s+/gm, "");
}
