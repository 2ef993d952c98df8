/** Median, least and greatest of some measurements. */
export function summary(values) {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    min: sorted[0],
    max: sorted.at(-1),
  };
}

const seconds = () => performance.now() / 1000;

/**
 * Times several sides in turn, A B C A B C …, and compares them within each round: what slows the machine down
 * for a while then slows all of them down.
 * @param {Record<string, (repeats: number) => number | Promise<number>>} sides seconds for so many repeats
 * @param {{ rounds: number, least: number, budget: number, sample: number }} limits rounds at most; rounds at
 *   least; seconds after which no further round begins; seconds that one sample should take
 * @param {Record<string, [string, string]>} [pairs] for each ratio whose time is divided by whose; by default every
 *   other side's by the first's
 * @returns {Promise<{ seconds: Record<string, Summary>, ratios: Record<string, Summary>, rounds: number }>}
 */
export async function interleave(sides, { rounds, least, budget, sample }, pairs) {
  const names = Object.keys(sides);
  const compared = pairs ?? Object.fromEntries(names.slice(1).map((name) => [name, [name, names[0]]]));
  const repeats = {};
  for (const name of names) {
    // Twice untimed for the compiler and the caches; the second run tells how many repeats a sample needs.
    await sides[name](1);
    repeats[name] = Math.max(1, Math.min(100_000, Math.ceil(sample / Math.max(await sides[name](1), 1e-7))));
    if (repeats[name] > 1) {
      const once = (await sides[name](repeats[name])) / repeats[name];
      repeats[name] = Math.max(1, Math.min(100_000, Math.ceil(sample / once)));
    }
  }
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const start = seconds();
  let done = 0;
  while (done < rounds && (done < least || seconds() - start < budget)) {
    for (const name of names) times[name].push((await sides[name](repeats[name])) / repeats[name]);
    done++;
  }
  return {
    rounds: done,
    seconds: Object.fromEntries(names.map((name) => [name, summary(times[name])])),
    ratios: Object.fromEntries(
      Object.entries(compared).map(([name, [theirs, ours]]) => [
        name,
        summary(times[theirs].map((t, i) => t / times[ours][i])),
      ]),
    ),
  };
}

/** Seconds that `repeats` calls take by the clock: for work on several threads. */
export function timed(call) {
  return (repeats) => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) call();
    return (performance.now() - start) / 1000;
  };
}

/** Seconds of the processor that `repeats` calls take: other programs on the machine are not counted. */
export function worked(call) {
  return (repeats) => {
    const start = process.cpuUsage();
    for (let i = 0; i < repeats; i++) call();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
}
