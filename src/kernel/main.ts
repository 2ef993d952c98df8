import { createRequire } from "node:module";
import process from "node:process";
import { startCellProcess } from "./server/cellProcess";
import type * as Serve from "./server/serve";
import { LanguageServer } from "./types/languageServer";

/** Starts the kernel: `node dist/kernel/main.js --connection-file <file>`, as its kernel.json says. */
async function main(): Promise<void> {
  process.on("SIGINT", () => {});
  // These come up while the rest is loaded.
  const cells = startCellProcess(process.cwd());
  const compiler = new LanguageServer();
  // Only now: loading takes a while, and a Stop during it must not end the kernel.
  const { serve } = createRequire(__filename)("./server/serve") as typeof Serve;
  await serve(cells, compiler);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
