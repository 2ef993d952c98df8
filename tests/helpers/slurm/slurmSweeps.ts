import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { Sweep, SweepPart } from "../../../src/learning";
import { localSweep } from "../../../src/learning/sweep/localSweep";
import { numbersIn, type OwnSweep, ownSweep } from "../ownSweep";
import { ROOT } from "../root";
import type { PrivateSlurm } from "./privateSlurm";

const SCRIPT = path.join(ROOT, "scripts", "sweep.mjs");
const RESOURCES = { threads: 1, gigabytes: 1, minutes: 10, pack: 0.001 };

/** Milliseconds after which a command is ended: a test's own limit cannot interrupt it. */
const LONGEST = 110_000;

/** A sweep for Slurm, its commands, and what they leave. */
export type SlurmSweep = OwnSweep & {
  /** Runs a command of `npm run sweep` to its end. */
  command(name: string, ...more: string[]): { status: number | null; stdout: string; stderr: string };
  begin(name: string, env?: NodeJS.ProcessEnv): ReturnType<typeof spawn>;
  results(): number;
  /** What the tasks wrote, all in one. */
  log(): string;
  /** Who is at a run now: process numbers, by hash. */
  holders(): ReadonlyMap<string, number>;
  /** Expects the numbers of the same file in a pool on this machine. */
  expectAsLocal(): Promise<void>;
};

export function slurmSweep(
  slurm: PrivateSlurm,
  parts: readonly SweepPart[],
  more: Partial<Sweep> = {},
): SlurmSweep {
  const own = ownSweep(parts, { resources: RESOURCES, ...more });
  const args = (name: string, rest: readonly string[]) => [
    SCRIPT,
    name,
    own.file,
    "--results",
    own.folders.results,
    "--no-setup",
    ...rest,
  ];
  const filesIn = (folder: string, name: RegExp) =>
    fs.existsSync(folder) ? fs.readdirSync(folder).filter((one) => name.test(one)) : [];
  return {
    ...own,
    command: (name, ...rest) =>
      spawnSync(process.execPath, args(name, rest), { env: slurm.env, encoding: "utf8", timeout: LONGEST }),
    begin: (name, env = {}) =>
      spawn(process.execPath, args(name, ["--slurm"]), { env: { ...slurm.env, ...env }, stdio: "ignore" }),
    results: () => filesIn(own.folders.results, /^[0-9a-f]{16}\.json$/).length,
    log: () => {
      const folder = path.join(own.folders.own, "log");
      return filesIn(folder, /\.txt$/)
        .map((name) => fs.readFileSync(path.join(folder, name), "utf8"))
        .join("");
    },
    holders: () =>
      new Map(
        filesIn(own.folders.leases, /^[0-9a-f]{16}\.\d+$/).map((name) => {
          const [line] = fs.readFileSync(path.join(own.folders.leases, name), "utf8").split("\n");
          return [name.slice(0, 16), JSON.parse(line).pid];
        }),
      ),
    async expectAsLocal() {
      const local = ownSweep(parts, { resources: RESOURCES, ...more });
      await localSweep(local.file, { folders: local.folders, workers: 2 });
      expect(numbersIn(own.folders.results)).toEqual(numbersIn(local.folders.results));
      local.remove();
    },
  };
}
