import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomGenerator } from "../../src/learning";
import { localSweep } from "../../src/learning/sweep/localSweep";
import { sweepRows } from "../../src/learning/sweep/sweepRows";
import { numbersIn, type OwnSweep, ownSweep } from "./ownSweep";
import { ROOT } from "./root";

/** What came of sweeps that were killed again and again. */
export type Killed = {
  /** kill −9 by whom it hit: the process that keeps the pool, one of the pool, or all of them. */
  readonly kills: Readonly<Record<"pool" | "worker" | "all", number>>;
  readonly sweeps: number;
  readonly runs: number;
  /** Results that were written again although they were there. */
  readonly doubled: readonly string[];
  /** Runs without a result, and results that differ from those of a sweep that nobody disturbed, or cannot be read. */
  readonly lost: readonly string[];
  readonly torn: readonly string[];
  /** Files that are neither result, backbone nor note. */
  readonly litter: readonly string[];
};

const script = path.join(ROOT, "scripts", "sweep.mjs");

/** Carries out sweeps of twice `rates` runs in pools of two, killed at random moments until that was done `kills` times. */
export async function killedSweeps(kills: number, seed: number, rates = 6): Promise<Killed> {
  const random = randomGenerator(seed);
  const counts = { pool: 0, worker: 0, all: 0 };
  const found = {
    doubled: [] as string[],
    lost: [] as string[],
    torn: [] as string[],
    litter: [] as string[],
  };
  let sweeps = 0;
  let runs = 0;
  const total = () => counts.pool + counts.worker + counts.all;
  while (total() < kills) {
    const part = {
      name: "p",
      set: { "phases.0.epochs": 4, "phases.last.epochs": 8 },
      grid: {
        seed: [2 * sweeps, 2 * sweeps + 1],
        "phases.last.learningRate.start": Array.from({ length: rates }, (_, k) => (k + 1) / 200),
      },
    };
    const resources = { threads: 1, gigabytes: 2, attempts: 100 };
    const own = ownSweep([part], { resources });
    const calm = ownSweep([part], { resources });
    await localSweep(calm.file, { folders: calm.folders, workers: 2 });
    const first = new Map<string, string>();
    for (;;) {
      const child = start(own);
      const ended = once(child, "close");
      if (total() < kills) {
        await Promise.race([sleep(400 + 2600 * random()), ended]);
        const whom = (["pool", "worker", "all"] as const)[Math.floor(3 * random())];
        if (child.exitCode === null && kill(child, whom, random)) counts[whom]++;
        if (whom === "worker") await Promise.race([sleep(500 * random()), ended]);
        if (whom === "worker" && total() < kills && child.exitCode === null && kill(child, "all", random))
          counts.all++;
      }
      await ended;
      await gone(child);
      remember(own, first, found.doubled);
      if (child.exitCode === 0) break;
    }
    const { rows, runs: planned, unfit } = await sweepRows(own.file, own.folders.results);
    runs += planned;
    found.torn.push(...unfit.map(({ reason }) => reason));
    const [mine, theirs] = [numbersIn(own.folders.results), numbersIn(calm.folders.results)];
    for (const [name, numbers] of Object.entries(theirs))
      if (JSON.stringify(mine[name]) !== JSON.stringify(numbers)) found.lost.push(name);
    if (rows.length !== Object.keys(theirs).length) found.lost.push(`${rows.length} rows`);
    found.litter.push(...litterIn(own));
    sweeps++;
    own.remove();
    calm.remove();
  }
  return { kills: counts, sweeps, runs, ...found };
}

function start({ file, folders }: OwnSweep): ChildProcess {
  const args = ["start", file, "--results", folders.results, "--workers", "2", "--no-setup"];
  return spawn(process.execPath, [script, ...args], { detached: true, stdio: "ignore" });
}

/** Sends SIGKILL; false where there was nobody to hit. */
function kill(child: ChildProcess, whom: "pool" | "worker" | "all", random: () => number): boolean {
  const pid = child.pid as number;
  if (whom === "all") process.kill(-pid, "SIGKILL");
  else if (whom === "pool") process.kill(pid, "SIGKILL");
  else {
    const workers = childrenOf(pid);
    if (workers.length === 0) return false;
    process.kill(workers[Math.floor(random() * workers.length)], "SIGKILL");
  }
  return true;
}

function childrenOf(pid: number): readonly number[] {
  const text = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Waits until workers whose pool was killed have ended, as they do by themselves. */
async function gone({ pid }: ChildProcess): Promise<void> {
  for (let i = 0; i < 600; i++) {
    try {
      process.kill(-(pid as number), 0);
    } catch {
      return;
    }
    await sleep(50);
  }
  throw new Error("Processes of a killed pool still run after 30 s.");
}

/** Notes which results are new, and which are others than before. */
function remember({ folders }: OwnSweep, first: Map<string, string>, doubled: string[]): void {
  if (!fs.existsSync(folders.results)) return;
  for (const name of fs.readdirSync(folders.results).filter((one) => /^[0-9a-f]{16}\.json$/.test(one))) {
    const text = fs.readFileSync(path.join(folders.results, name), "utf8");
    const before = first.get(name);
    if (before !== undefined && before !== text) doubled.push(name);
    first.set(name, text);
  }
}

function litterIn({ folders }: OwnSweep): readonly string[] {
  const all = fs.readdirSync(folders.results, { recursive: true, encoding: "utf8" });
  const known =
    /^([0-9a-f]{16}\.json|index\.jsonl|failures|checkpoints|checkpoints\/(leases|[0-9a-f]{16}\.backbone)|sweeps(\/own(\/plan\.tsv)?)?)$/;
  return all.map((file) => file.split(path.sep).join("/")).filter((file) => !known.test(file));
}
