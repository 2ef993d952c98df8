import { createRequire } from "node:module";
import process from "node:process";
import { Interrupts } from "../../cells/interrupts";
import type * as Cells from "./cells";

/** Starts the process in which the reader's code runs; the server starts it, with the channels that `channel.ts` names. */
async function main(): Promise<void> {
  const interrupts = new Interrupts();
  // Only now: loading takes a while, and a Stop during it is already heard.
  const { serveCells } = createRequire(__filename)("./cells") as typeof Cells;
  await serveCells(interrupts);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
