import { lazy } from "../../common/lazy";
import { execute, machine, packageFolder, packageManifest } from "../../common/platform";
import { backendInfo } from "../tensorflow/tensorflow";
import type { Provenance } from "./experimentResult";

/** Where and with what this process computes. */
export async function provenance(): Promise<Provenance> {
  const { version } = packageManifest();
  const info = await backendInfo();
  const { backend, threads, oneDNN, tfjs, tensorflow, node } = info;
  const commit = await loadedCommit();
  return {
    ...(commit && { commit }),
    versions: { package: version, node, tfjs, ...(tensorflow && { tensorflow }) },
    backend: { backend, threads, oneDNN },
    machine: machine(),
  };
}

/** Asked once: a process computes with the code that it began with, and a run of a second is spared two processes of git. */
const loadedCommit = lazy(() => gitCommit(packageFolder));

async function gitCommit(folder: string): Promise<string | undefined> {
  const git = async (...args: string[]) => (await execute("git", ["-C", folder, ...args])).trim();
  try {
    const changes = await git(
      "status",
      "--porcelain",
      "--untracked-files=no",
      "--",
      "src",
      "package-lock.json",
    );
    return (await git("rev-parse", "HEAD")) + (changes ? "+" : "");
  } catch (error) {
    // No git, or no checkout: a package installed from a tarball.
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || typeof code === "number") return undefined;
    throw error;
  }
}
