import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExperimentResult, runExperiment, storedResult } from "../../../src/learning";
import { checksumOf } from "../../../src/learning/experiment/checksumOf";
import { ROOT } from "../../helpers/root";
import { smallRun } from "../../helpers/smallRun";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "checksums-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const STORED = path.join(ROOT, "data", "results");
const names = fs.readdirSync(STORED).filter((name) => name.endsWith(".json"));
const text = (name: string) => fs.readFileSync(path.join(STORED, name), "utf8");
const listed = fs.readFileSync(path.join(STORED, "SHA256SUMS"), "utf8").trim().split("\n");

/** The text with another digit at its `n`th one. */
function withOtherDigit(text: string, n: number): string {
  const digits = [...text.matchAll(/\d/g)];
  const { index, 0: digit } = digits[n % digits.length];
  return text.slice(0, index) + ((Number(digit) + 1) % 10) + text.slice(index + 1);
}

/** A prime, so that the digits that are changed lie all over the files. */
const STRIDE = 7919;

describe("every result in data/results", () => {
  it("is in the list beside it or carries its own checksum, and fits it", () => {
    const sums = new Map(listed.map((line) => line.split("  ").reverse() as [string, string]));
    expect(names.length).toBeGreaterThanOrEqual(186);
    for (const name of names) {
      const result: ExperimentResult = JSON.parse(text(name));
      const sum = createHash("sha256").update(text(name)).digest("hex");
      if (result.checksum) expect(result.checksum, name).toBe(checksumOf(result));
      else expect(sums.get(name), name).toBe(sum);
    }
    expect([...sums.keys()].filter((name) => !names.includes(name))).toEqual([]);
  });

  it("is refused by its name once a digit of it is another", async () => {
    fs.copyFileSync(path.join(STORED, "SHA256SUMS"), path.join(folder, "SHA256SUMS"));
    for (const [i, name] of names.entries()) {
      const { configuration } = JSON.parse(text(name)) as ExperimentResult;
      const file = path.join(folder, name);
      fs.writeFileSync(file, text(name));
      expect((await storedResult(configuration, folder))?.hash).toBe(path.parse(name).name);
      fs.writeFileSync(file, withOtherDigit(text(name), STRIDE * i));
      await expect(storedResult(configuration, folder), name).rejects.toThrow(name);
    }
  });
});

it("a result of an earlier version is refused where the list beside it has lost its line, and one that holds nothing", async () => {
  const name = names.find((each) => !text(each).includes('"checksum":')) as string;
  const { configuration } = JSON.parse(text(name)) as ExperimentResult;
  const own = fs.mkdtempSync(path.join(folder, "line-"));
  fs.writeFileSync(path.join(own, name), text(name));
  fs.writeFileSync(
    path.join(own, "SHA256SUMS"),
    `${listed.filter((line) => !line.endsWith(name)).join("\n")}\n`,
  );
  await expect(storedResult(configuration, own)).rejects.toThrow(/was changed after it was written/);
  for (const nothing of ["null", "[]", "0"]) {
    fs.writeFileSync(path.join(own, name), nothing);
    await expect(storedResult(configuration, own)).rejects.toThrow(/is not of the run that its name says/);
  }
});

describe("a new result", () => {
  const configuration = smallRun({ method: { name: "head" }, epochs: 1, batch: 50 }, 11);
  let file: string;
  let whole: string;
  beforeAll(async () => {
    ({ file } = await runExperiment(configuration, { results: folder, checkpoints: folder }));
    whole = fs.readFileSync(file, "utf8");
  });
  const read = (content: string) => {
    fs.writeFileSync(file, content);
    return storedResult(configuration, folder);
  };

  it("is refused by its name once any digit of it stands for another number", async () => {
    expect((await read(whole))?.checksum).toMatch(/^[0-9a-f]{64}$/);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (n) => {
        const other = withOtherDigit(whole, n);
        fc.pre(!isSame(other, whole));
        await expect(read(other)).rejects.toThrow(path.basename(file));
      }),
    );
    const better = whole.replace(/"testAccuracy": 0\.\d+/, '"testAccuracy": 0.999');
    await expect(read(better)).rejects.toThrow(
      `The result ${file} was changed after it was written: its SHA-256 does not fit. Take it from where it came, or ` +
        "delete it to run again.",
    );
  });

  it("is the same where only its spaces and lines are others", async () => {
    expect(await read(JSON.stringify(JSON.parse(whole)))).toEqual(JSON.parse(whole));
    expect(await read(whole.replaceAll("\n", "\r\n"))).toEqual(JSON.parse(whole));
  });

  it("is refused without its checksum, and is not run over", async () => {
    const { checksum: _, ...rest } = JSON.parse(whole);
    await expect(read(JSON.stringify(rest))).rejects.toThrow(/was changed after it was written/);
    await expect(runExperiment(configuration, { results: folder, checkpoints: folder })).rejects.toThrow(
      file,
    );
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(rest);
  });
});

/** Whether two texts are the same JSON, as far as numbers of 64 bits tell. */
function isSame(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}
