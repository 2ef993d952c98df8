import { join, sep } from "node:path";

/** The folders of the kernel's own code. */
export const KERNEL: readonly string[] = [__dirname, join(__dirname, "..", "kernel")];

/** Whether a stack, given as the scripts of its frames, belongs to the reader's code and not to the kernel's own work. */
export function isReadersCode(files: readonly string[]): boolean {
  if (files.some((file) => file.startsWith("cell:"))) return true;
  // Code that runs after an await has none of the cell's frames below it.
  return !files.some((file) => KERNEL.some((folder) => file.startsWith(folder + sep)));
}
