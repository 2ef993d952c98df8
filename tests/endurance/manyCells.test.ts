import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellRun, Kernel, ofType, printed } from "../kernel/kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

const CELLS = 10_000;
const AT_ONCE = 100;

test("ten thousand cells of one kernel are all answered rightly, and the last are as quick as the first", async () => {
  const seconds: number[] = [];
  for (let done = 0; done < CELLS; done += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => done + i);
    const codes = numbers.map(
      (i) =>
        `const cell${i}: number = ${i === 0 ? 0 : `cell${i - 1} + 1`};\nconsole.log("cell", cell${i}); cell${i}`,
    );
    const began = performance.now();
    const runs = await kernel.do<CellRun[]>("run_many", { codes, timeout: 300 });
    seconds.push((performance.now() - began) / 1000);
    const shown = runs.map((run) => [printed(run), ofType(run, "execute_result")[0]?.data["text/plain"]]);
    expect(shown).toEqual(numbers.map((i) => [`cell ${i}\n`, String(i)]));
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
  expect(median(seconds.slice(-10))).toBeLessThan(2 * median(seconds.slice(1, 11)));
});
