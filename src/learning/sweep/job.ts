import { type Configuration, hashOf } from "../experiment/configuration";
import { beginningOf } from "../experiment/storedBackbone";
import type { SweepRun } from "./sweepRun";

/** Something to carry out once: a run, or a backbone that several runs begin with. */
export type Job = {
  readonly kind: "run" | "backbone";
  readonly hash: string;
  /** As people know it: part, series and label of its first run. */
  readonly name: Pick<SweepRun, "part" | "series" | "label">;
  readonly configuration: Configuration;
  /** The hash of the backbone that has to be there before. */
  readonly needs?: string;
};

/**
 * The jobs of a sweep in an order in which each comes after what it needs: every run once, and each beginning that two
 * or more runs have in common, as long as possible, as a job of its own.
 */
export function jobsOf(runs: readonly SweepRun[]): readonly Job[] {
  const once = new Map(runs.map((run) => [run.hash, run]));
  const chains = new Map<string, readonly Beginning[]>();
  const followers = new Map<string, number>();
  for (const run of once.values()) {
    if (run.configuration.phases.length === 1) continue;
    const chain = beginningsOf(run);
    chains.set(run.hash, chain);
    for (const { hash } of chain) followers.set(hash, (followers.get(hash) ?? 0) + 1);
  }
  const wholes = new Set<string>();
  for (const run of once.values()) {
    if (followers.size === 0) break;
    const hash = hashOf(beginningOf(run.configuration, run.configuration.phases.length));
    const continued = followers.get(hash);
    // The whole of a run from whose end another one goes on counts among those that share it.
    if (continued !== undefined && !wholes.has(hash)) followers.set(hash, continued + 1);
    if (continued !== undefined) wholes.add(hash);
  }
  const backbones = new Map<string, Job>();
  const own: Job[] = [];
  for (const run of once.values()) {
    const chain = [...(chains.get(run.hash) ?? []), ...wholeIfContinued(run)];
    const shared = chain.filter(({ hash }) => followersOf(hash) > 1);
    let needs: string | undefined;
    for (const [i, { hash, configuration }] of shared.entries()) {
      // Where all go on to the same longer beginning, that one is enough.
      if (i + 1 < shared.length && followersOf(shared[i + 1].hash) === followersOf(hash)) continue;
      if (!backbones.has(hash))
        backbones.set(hash, {
          kind: "backbone",
          hash,
          name: nameOf(run),
          configuration,
          ...(needs && { needs }),
        });
      needs = hash;
    }
    const { hash, configuration } = run;
    own.push({ kind: "run", hash, name: nameOf(run), configuration, ...(needs && { needs }) });
  }
  return [...backbones.values(), ...own];

  function followersOf(hash: string): number {
    return followers.get(hash) ?? 0;
  }

  function wholeIfContinued({ configuration }: SweepRun): readonly Beginning[] {
    if (wholes.size === 0) return [];
    const beginning = beginningOf(configuration, configuration.phases.length);
    const hash = hashOf(beginning);
    return wholes.has(hash) ? [{ hash, configuration: beginning }] : [];
  }
}

/** How many of some jobs are runs. */
export const runsIn = (jobs: readonly Job[]): number => jobs.filter(({ kind }) => kind === "run").length;

/** The runs of some parts with the backbones that they need; all jobs where no part is named. */
export function jobsOfParts(jobs: readonly Job[], parts: readonly string[] = []): readonly Job[] {
  if (parts.length === 0) return jobs;
  const needed = new Set<string>();
  // From the last on: each comes after what it needs.
  return [...jobs]
    .reverse()
    .filter(({ kind, hash, name, needs }) => {
      const wanted = kind === "run" ? parts.includes(name.part) : needed.has(hash);
      if (wanted && needs !== undefined) needed.add(needs);
      return wanted;
    })
    .reverse();
}

type Beginning = { readonly hash: string; readonly configuration: Configuration };

/** The beginnings of a run after each phase but the last. */
function beginningsOf({ configuration }: SweepRun): readonly Beginning[] {
  return configuration.phases.slice(1).map((_, i) => {
    const beginning = beginningOf(configuration, i + 1);
    return { hash: hashOf(beginning), configuration: beginning };
  });
}

function nameOf({ part, series, label }: SweepRun): Job["name"] {
  return { part, series, label };
}
