import { expect, test } from "vitest";
import { Notebook } from "../cells/cells";

/** The seconds that a cell takes, the least of three runs. */
async function secondsOf(code: string): Promise<number> {
  const notebook = new Notebook();
  const seconds: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await notebook.value(code);
    seconds.push((performance.now() - start) / 1000);
  }
  return Math.min(...seconds);
}

test("a loop at the top of a cell that counts to 1e8 takes at most three times as long as in a function", async () => {
  const loop = "let n = 0; for (let i = 0; i < 1e8; i++) n += 1;";
  const top = await secondsOf(`${loop} n`);
  expect(top).toBeLessThan(3 * (await secondsOf(`(() => { ${loop} return n })()`)) + 0.05);
});

test("a loop at the top of a cell that sums past 32 bits takes at most eight times as long as in a function", async () => {
  // Such a number is written to memory in each round, and read again in the next.
  const loop = "let s = 0; for (let i = 0; i < 1e8; i++) s += i;";
  const top = await secondsOf(`${loop} s`);
  expect(top).toBeLessThan(8 * (await secondsOf(`(() => { ${loop} return s })()`)) + 0.05);
});
