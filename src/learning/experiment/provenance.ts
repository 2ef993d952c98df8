import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { backendInfo } from "../tensorflow/tensorflow";
import type { Provenance } from "./experimentResult";

/** Where and with what this process computes. */
export async function provenance(): Promise<Provenance> {
  const manifest = createRequire(__filename).resolve("intrinsic-params/package.json");
  const { version } = createRequire(__filename)(manifest);
  const info = await backendInfo();
  const { backend, threads, oneDNN, tfjs, tensorflow, node } = info;
  const commit = await gitCommit(dirname(manifest));
  return {
    ...(commit && { commit }),
    versions: { package: version, node, tfjs, ...(tensorflow && { tensorflow }) },
    backend: { backend, threads, oneDNN },
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
  };
}

async function gitCommit(folder: string): Promise<string | undefined> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", ["-C", folder, ...args])).stdout.trim();
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
