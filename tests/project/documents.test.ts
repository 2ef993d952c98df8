import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PAPER_TABLE_2 } from "../../scripts/reproduction-report.mjs";
import { type ExperimentResult, storedRuns } from "../../src/learning";
import { ROOT } from "../helpers/root";

const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "notebooks/index.md", "data/README.md"],
  ".github/pull_request_template.md",
  "src/kernel/README.md",
  "src/learning/sweep/README.md",
  "site/README.md",
  ...fs.readdirSync(path.join(ROOT, "design")).map((name) => `design/${name}`),
];
const read = (name: string) => fs.readFileSync(path.join(ROOT, name), "utf8");

test.each(documents)("every link of %s to a file of the project leads somewhere", (name) => {
  const links = [...read(name).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map((m) => m[1] ?? m[2]);
  const local = links.filter((link) => !/^(https?:|mailto:|#)/.test(link)).map((link) => link.split("#")[0]);
  expect(local.filter((link) => !fs.existsSync(path.resolve(ROOT, path.dirname(name), link)))).toEqual([]);
});

test("every file that CONTRIBUTING names by its path exists", () => {
  const named = [
    ...read("CONTRIBUTING.md").matchAll(/`((?:src|tests|scripts|notebooks|data|design)\/[\w./-]*)`/g),
  ];
  const files = named.map(([, file]) => file).filter((file) => !/NAME|NN|docs\//.test(file));
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test("every npm script that a document names exists", () => {
  const scripts = new Set(Object.keys(JSON.parse(read("package.json")).scripts));
  const named = documents.flatMap((name) => [...read(name).matchAll(/npm run ([\w:-]+)/g)].map((m) => m[1]));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((script) => !scripts.has(script))).toEqual([]);
});

test("every notebook stands in the index and in the README, in order", () => {
  const notebooks = fs
    .readdirSync(path.join(ROOT, "notebooks"))
    .filter((n) => n.endsWith(".ipynb"))
    .sort();
  for (const name of ["README.md", "notebooks/index.md"]) {
    const linked = [...read(name).matchAll(/\]\((?:notebooks\/)?([\w-]+\.ipynb)\)/g)].map((m) => m[1]);
    expect([...new Set(linked)], name).toEqual(notebooks);
  }
});

test("the README's example prints what the README says it prints", { timeout: 60_000 }, () => {
  // The example for other projects is tested with the package installed in one.
  const own = /^## In a project of your own$[\s\S]*?(?=^## )/m;
  const blocks = [
    ...read("README.md")
      .replace(own, "")
      .matchAll(/```(?:js|ts)\n([\s\S]*?)```/g),
  ].map((m) => m[1]);
  expect(blocks.length).toBeGreaterThan(0);
  for (const code of blocks) {
    const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map((m) => m[1].trim());
    expect(expected.length).toBeGreaterThan(0);
    const file = path.join(ROOT, "notebooks", `.readme-${process.pid}.mjs`);
    fs.writeFileSync(file, code);
    try {
      const r = spawnSync(process.execPath, [file], { cwd: ROOT, encoding: "utf8" });
      expect(r.stderr).toBe("");
      expect(r.stdout.trim().split("\n")).toEqual(expected);
    } finally {
      fs.rmSync(file);
    }
  }
});

test("what the README says came out is what the stored runs say, and it says no number that they do not", async () => {
  const readme = read("README.md");
  const [, from] = readme.split("## What came out");
  let section = from.split("\n## ")[0];
  /** It stands there; what is left after all of these shall hold no number. */
  const says = (sentence: string) => {
    expect(section).toContain(sentence);
    section = section.replace(sentence, "");
  };
  const percent = (share: number) => (100 * share).toFixed(2);
  const count = (n: number) => n.toLocaleString("en");
  const only = <T>(values: readonly T[]): T => {
    expect(new Set(values).size).toBe(1);
    return values[0];
  };
  const images = (share: number) => 60_000 * (1 - share);
  const epochs = ({ phases }: ExperimentResult) => phases.at(-1)!.epochs.length;

  const paper = await storedRuns("table-2");
  const share = only(paper.map(({ result }) => result.configuration.data.validation!));
  says(
    `${only(paper.map(({ result }) => epochs(result)))} epochs on ${count(images(share))} images, one seed.`,
  );
  says("(in brackets: its 300 epochs on 60,000 images)");
  says(`that ${count(60_000 - images(share))} images held out for validation choose`);
  for (const { series, label, result } of paper) {
    const { best, selected, last } = result;
    const reported = PAPER_TABLE_2[label as "mnist"][series as "S1"];
    const set = label === "mnist" ? "MNIST" : "Fashion-MNIST";
    says(
      `| ${set}, ${series} | ${percent(best!.testAccuracy)} % (${percent(reported)}) | ` +
        `${percent(selected!.testAccuracy)} % | ${percent(last!.testAccuracy)} % |`,
    );
  }
  const [s1, s2] = ["S1", "S2"].map((name) => {
    const own = paper.filter(({ series }) => series === name).map(({ result }) => result.phases.at(-1)!);
    const without = only(own.map(({ trained }) => trained));
    return [without, only(own.map(({ trainedWithBatchNorm }) => trainedWithBatchNorm)) - without];
  });
  says(`S1 trains all ${count(s1[0])} parameters, S2 trains ${count(s2[0])} of them, as the paper counts.`);
  says(`BatchNorm's trained numbers out: ${count(s1[1])} more in S1, ${count(s2[1])} more in S2.`);

  const long = (await storedRuns("longer")).map(({ result }) => result);
  const again = (await storedRuns("seeds")).find(({ series }) => series === "S1")!.result;
  const told = [long[0], again, long[2]];
  expect(told.map(({ selected }) => selected)).toEqual([undefined, undefined, undefined]);
  const all = count(images(only(told.map(({ configuration }) => configuration.data.validation!))));
  says(
    `With all ${all} images of Fashion-MNIST, ${only(told.map(epochs))} epochs and, in S2, frozen parts that work as in`,
  );
  expect(long[2].configuration.phases.at(-1)!.frozen).toEqual({ statistics: "moving", dropout: "on" });
  const [best, last] = (["best", "last"] as const).map((which) =>
    told.map((run) => percent(run[which]!.testAccuracy)),
  );
  says(
    `is ${best[0]} % for S1 (last epoch ${last[0]}), with another seed ${best[1]} % (last ${last[1]}), and ${best[2]} % ` +
      `for S2 (last ${last[2]}).`,
  );

  const least = async (part: "curve-related" | "curve-random") =>
    (await storedRuns(part))
      .filter(({ accuracy }) => accuracy >= 0.9)
      .reduce((least, run) => (run.trained < least.trained ? run : least));
  const [related, random] = [await least("curve-related"), await least("curve-random")];
  const others = (await storedRuns("seeds")).filter(({ label }) => label === related.label);
  expect(others.map(({ trained }) => trained)).toEqual([related.trained, related.trained]);
  expect(Math.max(...others.map(({ accuracy }) => accuracy))).toBeLessThan(related.accuracy);
  says(
    `From a network that knows the digits 0 to 4, ${related.trained} trained numbers read ${percent(related.accuracy)} % of all ten ` +
      "digits, at the epoch that validation chooses.",
  );
  says(
    `the best of three seeds; the others read ${others.map(({ accuracy }) => percent(accuracy)).join(" and ")} %.`,
  );
  const seeds = [related, ...others];
  for (const { accuracy, result } of seeds) expect(accuracy).toBe(result.selected!.testAccuracy);
  const largest = Math.max(...seeds.map(({ result }) => result.best!.testAccuracy));
  says(`The largest over the epochs of all three, which the test images choose, is ${percent(largest)} %.`);
  const tried = (await storedRuns("curve-random")).filter(({ series }) => series === "random subspace");
  const tooFew = Math.max(
    ...tried.filter((run) => run.scope === random.scope && run.accuracy < 0.9).map((run) => run.trained),
  );
  says(
    `From a random network ${tooFew} numbers are too few for 90 % and ${count(random.trained)} enough, with one seed`,
  );
  says("Notebooks 08 to 10 say");
  expect(section.replaceAll(/\bS[12]\b/g, "").match(/\d+/g)).toBeNull();
});
