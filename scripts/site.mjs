// `npm run site`: set everything up, then build the site into build/site, which any static file server can serve.
//   npm run site -- --serve             then serve it at http://localhost:8000/
//   npm run site -- --serve --port=80
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, setUp } from "./setup.mjs";

/** Bundles the builder, which is TypeScript, and loads it. */
export async function siteBuilder() {
  const { build } = await import("esbuild");
  const outfile = path.join(ROOT, "build", "site-builder.cjs");
  await build({
    entryPoints: [path.join(ROOT, "site", "generate", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  return createRequire(import.meta.url)(outfile);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await setUp();
    const { main } = await siteBuilder();
    await main(ROOT, process.argv.slice(2));
  } catch (error) {
    console.error(error.name === "SetupError" ? error.toString() : error.stack);
    process.exitCode = 1;
  }
}
