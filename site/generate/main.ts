import fs from "node:fs";
import path from "node:path";
import { buildSite } from "./buildSite";
import { serve } from "./serve";

export { buildSite, serve };

/** `npm run site`: builds the site into `build/site`; with `--serve`, shows it at the address that it prints. */
export async function main(root: string, flags: readonly string[]): Promise<void> {
  const folder = path.join(root, "build", "site");
  const began = Date.now();
  await buildSite({ root, folder });
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  const bytes = files
    .map((file) => fs.statSync(path.join(folder, file)))
    .reduce((sum, { size }) => sum + size, 0);
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    `✓ ${path.relative(root, folder)}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB (${seconds} s)`,
  );
  if (!flags.includes("--serve")) {
    console.log("Put it on any static file server, under any path; npm run site -- --serve shows it here.");
    return;
  }
  const [, given] = /^--port=(\d+)$/.exec(flags.find((flag) => flag.startsWith("--port=")) ?? "") ?? [];
  const server = await serve(folder, { port: Number(given ?? 8000) });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : given;
  console.log(`http://localhost:${port}/ (Ctrl+C ends it)`);
}
