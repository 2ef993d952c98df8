import { createHash } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";

/** A process, told from all others on all machines that share a folder. */
export type ProcessName = {
  /** The machine's name, for people. */
  readonly host: string;
  /** The machine or container: elsewhere the same number means another process. */
  readonly machine: string;
  readonly pid: number;
  /** When the system started it, by its own count: a number may be given again. */
  readonly begun: string;
};

/** The name of this process. */
export function thisProcess(): ProcessName {
  return { host: hostname(), machine: machineName(), pid: process.pid, begun: begunOf(process.pid) ?? "" };
}

/** Whether a process runs; undefined if it is on another machine, where nobody here can tell. */
export function runsStill({ machine, pid, begun }: ProcessName): boolean | undefined {
  if (machine !== machineName()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = begunOf(pid);
  return now === undefined ? process.platform !== "linux" : begun === "" || now === begun;
}

function machineName(): string {
  const [boot, processes] = ["/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"];
  const own = fs.existsSync(boot) ? fs.readFileSync(boot, "utf8").trim() : "";
  const space = fs.existsSync(processes) ? fs.readlinkSync(processes) : "";
  return createHash("sha256").update(`${hostname()} ${own} ${space}`).digest("hex").slice(0, 16);
}

/** Ticks from the machine's start to the process's; undefined if it has ended, or where the system does not tell. */
function begunOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A process that was killed and not yet waited for does nothing any more.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}
