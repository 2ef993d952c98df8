import { spawn } from "node:child_process";

/** How a program of Slurm ended; `code` is undefined where there is no such program. */
export type SlurmAnswer = { readonly code: number | undefined; readonly out: string; readonly err: string };

const PATIENCE = 60_000;

/**
 * Runs a program of Slurm. It does not see what a surrounding job has in its environment: a job that is submitted from
 * within another one would otherwise take that one's array for its own.
 */
export async function slurmCommand(
  program: string,
  args: readonly string[],
  { input, timeout = PATIENCE }: { input?: string; timeout?: number } = {},
): Promise<SlurmAnswer> {
  const child = spawn(program, args, {
    env: withoutJob(process.env),
    stdio: ["pipe", "pipe", "pipe"],
    timeout,
    killSignal: "SIGKILL",
  });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    texts.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    texts.err += text;
  });
  // A program that ends before it has read everything says why by its code.
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve({ code: undefined, ...texts });
      else reject(error);
    });
    child.once("close", (code) => resolve({ code: code ?? -1, ...texts }));
  });
}

/** The environment without what describes a job; where the cluster is described stays. */
export function withoutJob(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => name === "SLURM_CONF" || !/^(SLURM|SLURMD|SBATCH|SRUN)_/.test(name),
    ),
  );
}

/** What the cluster says of itself. */
export type Cluster = {
  /** Tasks of an array have numbers below this. */
  readonly maxArraySize: number;
};

/** Slurm's own default. */
const MAX_ARRAY_SIZE = 1001;

/** Asks the cluster. @throws Error where there is no Slurm, or its controller does not answer. */
export async function cluster(): Promise<Cluster> {
  await checkController();
  const { code, out } = await slurmCommand("scontrol", ["show", "config"]);
  const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(code === 0 ? out : "")?.[1];
  return { maxArraySize: size === undefined ? MAX_ARRAY_SIZE : Number(size) };
}

/** Refuses to go on where nobody would answer for long. */
export async function checkController(): Promise<void> {
  const why = await silentController();
  if (why !== undefined) throw new Error(why);
}

/** Why the controller cannot be asked; undefined if it answers. A ping takes milliseconds, other questions many seconds. */
export async function silentController(): Promise<string | undefined> {
  const { code, out, err } = await slurmCommand("scontrol", ["ping"], { timeout: 10_000 });
  if (code === undefined)
    return "There is no Slurm here (no program scontrol): begin on a machine that submits to the cluster, or leave --slurm out.";
  if (/\bis UP\b/.test(out)) return undefined;
  const said = (out || err).trim().split("\n")[0] ?? "";
  return `Slurm's controller does not answer (${said}). What runs goes on; ask again when it is back.`;
}
