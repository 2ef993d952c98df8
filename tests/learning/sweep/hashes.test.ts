import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { hashOf, readConfiguration, reproductionPlan } from "../../../src/learning";
import { ROOT } from "../../helpers/root";

const golden = fs
  .readFileSync(path.join(__dirname, "fixtures", "plan-hashes.txt"), "utf8")
  .trim()
  .split("\n");

it("each run that has ever been planned keeps its name, whatever is planned beside it", () => {
  const planned = new Set(
    reproductionPlan().map(
      ({ part, series, label, configuration }) => `${hashOf(configuration)} ${part}, ${series}, ${label}`,
    ),
  );
  expect(golden.length).toBeGreaterThan(200);
  expect(golden.filter((line) => !planned.has(line))).toEqual([]);
});

it("the name of each stored result is the hash of the configuration in it", () => {
  const folder = path.join(ROOT, "data", "results");
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  expect(names.length).toBeGreaterThan(100);
  for (const name of names) {
    const { hash, configuration } = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    expect([`${hash}.json`, `${hashOf(readConfiguration(configuration))}.json`]).toEqual([name, name]);
  }
});
