import path from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { browserForms } from "./browserForms";
import { typeCheckerOnly } from "./typeCheckerOnly";

/**
 * Bundles the scripts and the style of the site into `folder`; gives the name of each entry's file, which changes with its
 * content, so that no reader sees an old copy.
 */
export async function bundles({
  root,
  folder,
}: {
  root: string;
  folder: string;
}): Promise<{ files: Map<string, string>; packages: string[] }> {
  const options: BuildOptions & { metafile: true } = {
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    outdir: folder,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    metafile: true,
    logLevel: "warning",
    legalComments: "none",
    charset: "utf8",
    plugins: [browserForms(root), typeCheckerOnly()],
    alias: { "@tensorflow/tfjs": path.join(root, "site/train/tensorflow.ts") },
  };
  const points = (files: Record<string, string>) =>
    Object.entries(files).map(([out, file]) => ({ in: path.join(root, "site", file), out }));
  const workers = await build({
    ...options,
    entryPoints: points({ cells: "worker/main.ts", types: "types/main.ts", training: "train/worker.ts" }),
  });
  // Pages start workers by their names.
  const define = Object.fromEntries(
    [...entriesOf(workers)].map(([name, file]) => [
      `WORKER_${name.toUpperCase()}`,
      JSON.stringify(`./${file}`),
    ]),
  );
  const pages = await build({
    ...options,
    define,
    entryPoints: points({
      page: "page/main.ts",
      search: "page/search.ts",
      first: "first/main.ts",
      notebook: "notebook/main.ts",
      train: "train/main.ts",
      site: "style/site.css",
    }),
  });
  const inputs = [workers, pages].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return {
    files: new Map([...entriesOf(workers), ...entriesOf(pages)]),
    packages: [...new Set(packages)].sort(),
  };
}

/** The entries of a build: name → file. */
function entriesOf({ metafile }: { metafile: Metafile }): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    const [, name] = /^(\w+)-[A-Z0-9]{8}\.(?:js|css)$/.exec(path.basename(file)) ?? [];
    if (entryPoint && name) found.set(name, path.basename(file));
  }
  return found;
}
