import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** SHA-256 of the given texts and buffers, each with its length, as hex. */
export function digest(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** SHA-256 over names and contents of all files below a folder. */
export function digestFolder(folder) {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  return digest(...files.flatMap((file) => [path.relative(folder, file), fs.readFileSync(file)]));
}

/** Whether the stamp file holds exactly this text: then its step was finished for the same inputs. */
export function stampMatches(file, text) {
  return fs.existsSync(file) && fs.readFileSync(file, "utf8") === text;
}
