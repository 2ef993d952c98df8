import { availableParallelism } from "node:os";
import { machineMemory } from "../../common/platform";
import type { Resources } from "./sweep";

/** What a pool shares out, and what each of its processes takes. */
export type PoolNeeds = {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly threads: number;
  readonly gigabytes: number;
};

/** The share of the memory that the pool may take; the rest is the system's and other programs'. */
const SHARE = 0.85;
export const GIGABYTE = 2 ** 30;

/** How many processes run at once: as many as cores and memory carry, and one at least. */
export function poolSize({ cores, memory, threads, gigabytes }: PoolNeeds): number {
  const byCores = Math.floor(cores / threads);
  const byMemory = Math.floor((SHARE * memory) / (gigabytes * GIGABYTE));
  return Math.max(1, Math.min(byCores, byMemory));
}

/** How many processes this machine carries at once. */
export const poolSizeHere = (resources: Required<Resources>): number =>
  poolSize({ cores: availableParallelism(), memory: machineMemory(), ...resources });
