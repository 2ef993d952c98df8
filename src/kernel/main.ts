import { createRequire } from "node:module";
import { Interrupts } from "../cells/interrupts";
import type * as Serve from "./serve";

/** Starts the kernel: `node dist/kernel/main.js --connection-file <file>`, as its kernel.json says. */
async function main(): Promise<void> {
  const interrupts = new Interrupts();
  // Only now: loading the compiler takes a while, and a Stop during it is already heard.
  const { serve } = createRequire(__filename)("./serve") as typeof Serve;
  await serve(interrupts);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
