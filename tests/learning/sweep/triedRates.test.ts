import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { type EpochRecord, reproductionPlan, type StoredRun, storedRuns } from "../../../src/learning";
import { ROOT } from "../../helpers/root";

type Point = { readonly series: string; readonly label: string; readonly rate: number };
const rateOf = ({ configuration }: Pick<StoredRun, "configuration">) =>
  configuration.phases.at(-1)!.learningRate!.start;
/** The points of the curve with the rates that they use, and the runs that tried others. */
const points: readonly Point[] = reproductionPlan()
  .filter(({ part }) => part === "curve-related")
  .map((run) => ({ series: run.series, label: run.label, rate: rateOf(run) }));
const planned = reproductionPlan().filter(({ part }) => part === "first-rates");
const isOf = (point: Point) => (run: { series: string; label: string }) =>
  run.series === point.series && run.label.startsWith(`${point.label}, rate `);
const triedRates = (point: Point) => planned.filter(isOf(point)).map(rateOf);
/** The epoch of the largest accuracy on the images held out; of equal ones that of the smallest loss. */
const bestEpoch = ({ result }: StoredRun) => best(result.phases.at(-1)!.epochs, (epoch) => epoch);
const best = <T>(all: readonly T[], of: (one: T) => EpochRecord): T =>
  all.reduce((top, one) => {
    const [a, b] = [of(one), of(top)];
    const gain = a.validationAccuracy! - b.validationAccuracy! || b.validationLoss! - a.validationLoss!;
    return gain > 0 ? one : top;
  });
const validation = (run: StoredRun) => bestEpoch(run).validationAccuracy!;

it("every point of the curves is searched around the rate that it uses, by images that are no test images", () => {
  for (const point of points) {
    const rates = triedRates(point);
    const at = rates.indexOf(point.rate);
    expect(at, `${point.label} is tried at less and at more`).toBeGreaterThan(0);
    expect(at).toBeLessThan(rates.length - 1);
    for (let i = 1; i < rates.length; i++) {
      expect(rates[i] / rates[i - 1]).toBeGreaterThan(2.9);
      expect(rates[i] / rates[i - 1]).toBeLessThan(3.4);
    }
  }
  expect(planned.length).toBe(points.reduce((sum, point) => sum + triedRates(point).length, 0));
  for (const { configuration } of planned) {
    expect(configuration.data).toEqual({ name: "mnist", test: 10, validation: 0.2 });
    // The backbone is of the same images, so that none of those held out has been seen.
    expect(configuration.phases).toHaveLength(2);
    expect(configuration.phases.every(({ data }) => data === undefined)).toBe(true);
  }
});

it("what data/README.md says of the search is what is stored: which rates it chooses, for every point", async () => {
  const stored = await storedRuns("first-rates");
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const rows: string[] = [];
  const others: string[] = [];
  for (const point of points) {
    const name = `${point.series}: ${point.label}`;
    const own = stored.filter(isOf(point));
    const tried = triedRates(point);
    expect(
      own.map(rateOf).sort((a, b) => a - b),
      name,
    ).toEqual(tried);
    const chosen = best(own, bestEpoch);
    const used = own.find((run) => rateOf(run) === point.rate)!;
    if (chosen !== used) others.push(name);
    const word = chosen === used ? "the same" : `${point.rate} (${percent(validation(used))})`;
    rows.push(
      `| ${name} | ${tried.join(", ")} | ${rateOf(chosen)} (${percent(validation(chosen))}) | ${word} |`,
    );
    // The search is over where what it chooses lies between two rates that are worse.
    expect([tried[0], tried.at(-1)], name).not.toContain(rateOf(chosen));
  }
  const readme = fs.readFileSync(path.join(ROOT, "data", "README.md"), "utf8");
  const rest =
    `The search has come to the end for all ${points.length} points of the curve. Of these ` +
    `${rows.length - others.length} use the rate that it chooses, ${others.length} another one.`;
  const head = "| point | rates tried | chosen | used |\n|---|---|---|---|";
  expect(readme).toContain(`${rest}\n\n${head}\n${rows.join("\n")}\n`);
});
