import fs from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";

/**
 * An esbuild plugin by which a bundle of `src` takes the files `x.browser.ts` that package.json names for a browser, as a
 * bundle of `dist` would; from `src`, what is not used can be left out. `root` is the project's folder.
 */
export function browserForms(root: string): Plugin {
  const { browser } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const source = (built: string) => path.join(root, built.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts"));
  const forms = new Map(
    Object.entries<string>(browser).map(([node, other]) => [source(node), source(other)]),
  );
  return {
    name: "browser-forms",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: from, resolveDir }) => {
        const form = forms.get(`${path.resolve(resolveDir, from)}.ts`);
        return form ? { path: form } : undefined;
      });
    },
  };
}
