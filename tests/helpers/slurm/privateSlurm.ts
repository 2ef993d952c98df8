import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const UP = path.join(__dirname, "up.sh");
const DOWN = path.join(__dirname, "down.sh");
const NOT_HERE = 3;

/** A Slurm of one's own on this machine: real daemons, nothing of the system's. */
export type PrivateSlurm = {
  readonly folder: string;
  /** The environment that finds it. */
  readonly env: NodeJS.ProcessEnv;
  /** What a program of Slurm says. */
  ask(program: string, ...args: string[]): string;
  /** Waits until a question is answered with yes. */
  until(what: string, check: () => boolean, seconds?: number): Promise<void>;
  /** The controller, and a node's daemon, by their process numbers. */
  pid(daemon: "slurmctld" | `slurmd-${string}`): number;
  startController(): void;
  startNode(name: string): void;
  /** Lets a node begin no task; lets it begin some again, whatever it was. */
  drain(node: string): void;
  ready(node: string): void;
  down(): void;
};

/** Starts a Slurm; undefined, and said aloud, where it is not installed and cannot be. */
export function privateSlurm({
  nodes = 2,
  cpus = 2,
  maxArraySize = 1001,
  accounting = false,
} = {}): PrivateSlurm | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "slurm-"));
  fs.rmdirSync(folder);
  const sizes = [nodes, cpus, maxArraySize].map(String);
  const up = spawnSync("bash", [UP, folder, ...sizes, ...(accounting ? ["accounting"] : [])], {
    encoding: "utf8",
  });
  if (up.status === NOT_HERE) {
    console.warn(`Nothing is tested against Slurm here: ${up.stderr.trim().split("\n").at(-1)}`);
    return undefined;
  }
  if (up.status !== 0) throw new Error(`${UP} failed:\n${up.stdout}${up.stderr}`);
  const env = {
    ...process.env,
    PATH: `${process.env.PATH}:/usr/sbin`,
    SLURM_CONF: path.join(folder, "slurm.conf"),
  };
  const ask = (program: string, ...args: string[]) => execFileSync(program, args, { env, encoding: "utf8" });
  const conf = env.SLURM_CONF;
  return {
    ...{ folder, env, ask },
    async until(what, check, seconds = 60) {
      for (let i = 0; i < 10 * seconds; i++) {
        if (check()) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`After ${seconds} s not yet: ${what}.\n${ask("squeue", "-r")}${ask("sinfo", "-N")}`);
    },
    pid: (daemon) => Number(fs.readFileSync(path.join(folder, `${daemon}.pid`), "utf8")),
    startController: () => void execFileSync("slurmctld", ["-f", conf], { env }),
    startNode: (name) => void execFileSync("slurmd", ["-f", conf, "-N", name], { env }),
    drain: (node) => void ask("scontrol", "update", `NodeName=${node}`, "State=DRAIN", "Reason=test"),
    ready(node) {
      // A node that comes back by itself meanwhile refuses to be resumed.
      if (/drain|down/i.test(ask("sinfo", "-h", "-n", node, "-o", "%T")))
        spawnSync("scontrol", ["update", `NodeName=${node}`, "State=RESUME"], { env });
    },
    down: () => void execFileSync("bash", [DOWN, folder, "--rm"], { env }),
  };
}
