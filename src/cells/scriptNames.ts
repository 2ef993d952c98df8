import { join, relative, sep } from "node:path";
import process from "node:process";
import { KERNEL } from "./isReadersCode";

const packageRoot = join(__dirname, "..", "..");

/** What stack traces say of the scripts that are not the reader's. */
export const scriptNames = {
  /** Whether a script only runs cells, so that its frames are left out. */
  isMachinery(file: string): boolean {
    return (
      file.startsWith("node:internal") ||
      file === "node:vm" ||
      file.startsWith("evalmachine.") ||
      KERNEL.some((folder) => file.startsWith(folder + sep)) ||
      file.includes(`${sep}node_modules${sep}tslab${sep}`) ||
      file.includes(`${sep}node_modules${sep}@tslab${sep}`)
    );
  },

  /** A short name of a library's script. */
  short(file: string): string {
    const path = file.replace(/^file:\/\//, "");
    const modules = path.lastIndexOf(`node_modules${sep}`);
    if (modules >= 0) return path.slice(modules + "node_modules/".length);
    const inside = relative(packageRoot, path);
    if (inside.startsWith("dist")) return join("intrinsic-params", inside);
    const beside = relative(process.cwd(), path);
    return beside.startsWith("..") ? path : beside;
  },
};
