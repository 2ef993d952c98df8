import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../../common/makeFolder.cjs";
import { unlessMissing } from "../../common/unlessMissing";
import { createWhole } from "./createWhole";
import { type ProcessName, runsStill, thisProcess } from "./thisProcess";

/** How far a run is, as its lease tells others; phases and epochs are counted from 1. */
export type Progress = { readonly phase: number; readonly epoch: number; readonly at: string };

/** Who holds a lease. */
export type Holder = ProcessName & { readonly token: string; readonly since: string; readonly about: string };

/** A holder on another machine is taken for dead after this many seconds without a sign. */
export const LEASE_SECONDS = 300;

/**
 * The right to carry out one hash, so that no two processes do it at once, on one machine or on several that share a
 * folder. It is the file HASH.N of the largest N: who finds its holder dead makes HASH.(N+1), which only one can.
 * A holder on this machine is dead when its process is; one elsewhere when it has given no sign for `seconds`, by the
 * clock of the file system. What a lease protects is safe without it, too (results are written whole, and equal): it only
 * saves work.
 */
export class Lease {
  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly token: string,
  ) {}

  /** The lease of a hash, or who holds it. */
  static async take(
    folder: string,
    hash: string,
    { seconds = LEASE_SECONDS, about = "" } = {},
  ): Promise<Lease | Holder> {
    makeFolder(folder);
    for (;;) {
      const held = await generations(folder, hash);
      const last = held.at(-1);
      if (last !== undefined) {
        const holder = await holderOf(path.join(folder, last.name));
        // Released just now.
        if (holder === undefined) continue;
        if (await isAlive(folder, path.join(folder, last.name), holder, seconds)) return holder;
      }
      const token = randomBytes(8).toString("hex");
      const next = path.join(folder, `${hash}.${(last?.number ?? 0) + 1}`);
      const holder: Holder = { ...thisProcess(), token, since: new Date().toISOString(), about };
      if (!(await createWhole(next, `${JSON.stringify(holder)}\n`))) continue;
      for (const { name } of held) await fs.rm(path.join(folder, name), { force: true });
      const lease = new Lease(folder, next, token);
      // Another one may have been made meanwhile, on what was found in another state.
      const now = await generations(folder, hash);
      if (now.length === 1 && (await lease.isHeld())) return lease;
      await lease.release();
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
    }
  }

  /** Gives a sign, with how far the run is; false if the lease is another's by now. */
  async renew(progress?: Progress): Promise<boolean> {
    if (!(await this.isHeld())) return false;
    // Written behind the holder: the file's time is then that of the file system, whose clock all share.
    const handle = await fs
      .open(this.file, constants.O_WRONLY | constants.O_APPEND)
      .catch(unlessMissing(undefined));
    if (!handle) return false;
    try {
      await handle.write(progress ? `${JSON.stringify(progress)}\n` : "\n");
    } finally {
      await handle.close();
    }
    return true;
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await fs.rm(this.file, { force: true });
  }

  private async isHeld(): Promise<boolean> {
    const [hash] = path.basename(this.file).split(".");
    const last = (await generations(this.folder, hash)).at(-1);
    if (!last || path.join(this.folder, last.name) !== this.file) return false;
    return (await holderOf(this.file))?.token === this.token;
  }
}

/** What is under way in a folder of leases: the holder of each hash that is held by somebody alive, and how far it is. */
export async function leasesIn(
  folder: string,
  seconds = LEASE_SECONDS,
): Promise<ReadonlyMap<string, Holder & { readonly progress?: Progress }>> {
  const found = new Map<string, Holder & { readonly progress?: Progress }>();
  for (const { name, hash } of ordered(await namesIn(folder))) {
    const file = path.join(folder, name);
    const text = await fs.readFile(file, "utf8").catch(unlessMissing(undefined));
    const holder = text === undefined ? undefined : holderIn(text);
    if (!holder || !(await isAlive(folder, file, holder, seconds))) {
      found.delete(hash);
      continue;
    }
    const told = text?.trimEnd().split("\n").slice(1).filter(Boolean).at(-1);
    found.set(hash, told ? { ...holder, progress: progressIn(told) } : holder);
  }
  return found;
}

type Generation = { readonly name: string; readonly hash: string; readonly number: number };

const NAME = /^([0-9a-f]{16})\.(\d+)$/;

function ordered(names: readonly string[]): readonly Generation[] {
  return names
    .flatMap((name) => {
      const [, hash, number] = NAME.exec(name) ?? [];
      return hash === undefined ? [] : [{ name, hash, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number);
}

async function generations(folder: string, hash: string): Promise<readonly Generation[]> {
  return ordered((await namesIn(folder)).filter((name) => name.startsWith(`${hash}.`)));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return fs.readdir(folder).catch(unlessMissing([]));
}

async function holderOf(file: string): Promise<Holder | undefined> {
  const text = await fs.readFile(file, "utf8").catch(unlessMissing(undefined));
  return text === undefined ? undefined : holderIn(text);
}

/** A file that is no lease has no holder that could be alive. */
const NOBODY: Holder = { host: "", machine: "", pid: 0, begun: "", token: "", since: "", about: "" };

function holderIn(text: string): Holder {
  try {
    const holder = JSON.parse(text.split("\n", 1)[0]);
    return typeof holder?.token === "string" ? holder : NOBODY;
  } catch {
    // Half of a lease, on a file system that lost the rest.
    return NOBODY;
  }
}

/** The last sign may be written just now, and be half there. */
function progressIn(line: string): Progress | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function isAlive(folder: string, file: string, holder: Holder, seconds: number): Promise<boolean> {
  const here = runsStill(holder);
  if (here !== undefined) return here;
  const sign = await fs.stat(file).catch(unlessMissing(undefined));
  if (!sign) return false;
  return (await timeOf(folder)) - sign.mtimeMs < 1000 * seconds;
}

/** The time by the clock of the folder's file system, which may be another machine's. */
async function timeOf(folder: string): Promise<number> {
  const probe = path.join(folder, `.now-${randomBytes(8).toString("hex")}`);
  await fs.writeFile(probe, "");
  try {
    return (await fs.stat(probe)).mtimeMs;
  } finally {
    await fs.rm(probe, { force: true });
  }
}
