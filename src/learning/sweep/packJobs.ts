import { groupBy } from "../../common/groupBy";
import type { Job } from "./job";

/** Jobs that one task carries out, one after the other. */
export type Pack = readonly Job[];

/** Tasks that begin when some backbones are there. */
export type Wave = {
  /** The backbones that its jobs need and that are to be made, too. */
  readonly after: readonly string[];
  readonly packs: readonly Pack[];
};

/** So many waves of runs begin each after its own backbone; more would be a flood of arrays. */
const MOST_WAVES = 40;

/**
 * Divides jobs among tasks: backbones and what waits for them in waves, short ones together until they take about
 * `minutes`. A job of unknown length is taken for one of a minute.
 */
export function packJobs(
  jobs: readonly Job[],
  { minutes, secondsOf }: { minutes: number; secondsOf: (job: Job) => number | undefined },
): readonly Wave[] {
  const made = new Set(jobs.filter(({ kind }) => kind === "backbone").map(({ hash }) => hash));
  const groups = groupBy(jobs, (job) => {
    const after = job.needs !== undefined && made.has(job.needs) ? job.needs : "";
    return `${job.kind} ${after}`;
  });
  const waves = [...groups.values()].map((group): Wave => {
    const { needs } = group[0];
    return { after: needs !== undefined && made.has(needs) ? [needs] : [], packs: packsOf(group) };
  });
  const own = waves.filter(({ packs }) => packs[0][0].kind === "backbone");
  const runs = waves.filter(({ packs }) => packs[0][0].kind === "run");
  if (runs.length <= MOST_WAVES) return [...own, ...runs];
  return [
    ...own,
    { after: [...new Set(runs.flatMap(({ after }) => after))], packs: runs.flatMap(({ packs }) => packs) },
  ];

  function packsOf(group: readonly Job[]): readonly Pack[] {
    const packs: Job[][] = [];
    let left = 0;
    for (const job of group) {
      const seconds = secondsOf(job) ?? 60;
      if (packs.length === 0 || left < seconds) {
        packs.push([]);
        left = 60 * minutes;
      }
      packs[packs.length - 1].push(job);
      left -= seconds;
    }
    return packs;
  }
}
