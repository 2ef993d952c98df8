import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";

/** Makes a file with its whole content, unless there is one of that name: by a link, which no two can make. */
export async function createWhole(file: string, text: string): Promise<boolean> {
  const part = path.join(path.dirname(file), `.part-${randomBytes(8).toString("hex")}`);
  try {
    await fs.writeFile(part, text);
    await fs.link(part, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await fs.rm(part, { force: true });
  }
}
