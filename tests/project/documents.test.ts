import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PAPER_TABLE_2 } from "../../scripts/reproduction-report.mjs";
import { storedRuns } from "../../src/experiment/storedRuns";
import { ROOT } from "../helpers/root";

const documents = ["README.md", "CONTRIBUTING.md", "notebooks/index.md", "data/README.md"];
const read = (name: string) => fs.readFileSync(path.join(ROOT, name), "utf8");

test.each(documents)("every link of %s to a file of the project leads somewhere", (name) => {
  const links = [...read(name).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map((m) => m[1] ?? m[2]);
  const local = links.filter((link) => !/^(https?:|mailto:|#)/.test(link)).map((link) => link.split("#")[0]);
  expect(local.filter((link) => !fs.existsSync(path.resolve(ROOT, path.dirname(name), link)))).toEqual([]);
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
  const blocks = [...read("README.md").matchAll(/```(?:js|ts)\n([\s\S]*?)```/g)].map((m) => m[1]);
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

test("what the README says came out is what the stored runs say", async () => {
  const readme = read("README.md");
  const percent = (share: number) => (100 * share).toFixed(2);
  const cells = (await storedRuns("table-2")).map(({ series, label, result }) => {
    const reported = PAPER_TABLE_2[label as "mnist"][series as "S1"];
    return `${percent(result.best!.testAccuracy)} % (${percent(reported)})`;
  });
  expect(readme).toContain(`| MNIST | ${cells[0]} | ${cells[1]} |`);
  expect(readme).toContain(`| Fashion-MNIST | ${cells[2]} | ${cells[3]} |`);
  const [s1, , s2] = (await storedRuns("longer")).map(({ result }) => percent(result.best!.testAccuracy));
  const again = (await storedRuns("seeds")).find(({ series }) => series === "S1")!.result;
  const other = percent(again.best!.testAccuracy);
  expect(readme).toContain(`as in training: S1 ${s1} % (${other} with another seed), S2 ${s2} %`);
  const least = async (part: "curve-related" | "curve-random") =>
    (await storedRuns(part))
      .filter(({ accuracy }) => accuracy >= 0.9)
      .reduce((least, run) => (run.trained < least.trained ? run : least));
  const [related, random] = [await least("curve-related"), await least("curve-random")];
  expect(readme).toContain(
    `${related.trained} trained numbers read ${percent(related.accuracy)} % of all ten digits`,
  );
  const tried = (await storedRuns("curve-random")).filter(({ series }) => series === "random subspace");
  const tooFew = Math.max(
    ...tried.filter((run) => run.scope === random.scope && run.accuracy < 0.9).map((run) => run.trained),
  );
  expect(readme).toContain(
    `from a random network ${tooFew} are too few for 90 %, ${random.trained.toLocaleString("en")} enough`,
  );
});
