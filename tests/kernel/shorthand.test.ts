import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Kernel, ofType } from "./kernel";

const kernel = new Kernel();
beforeAll(async () => {
  await kernel.start();
  await kernel.run("const seed = 1, other = { deep: 2 }; let fill = 0;");
  await kernel.run(
    "const made = () => ({ a: 1, deep: { b: 2 } }), late = async () => made(); let filled = 0;",
  );
});
afterAll(() => kernel.close());

async function gives(code: string, text: string) {
  const run = await kernel.run(code);
  expect(ofType(run, "error")).toEqual([]);
  expect(ofType(run, "execute_result")[0]?.data).toEqual({ "text/plain": text });
}

describe("a variable of an earlier cell", () => {
  test.each([
    ["({ seed })", "{ seed: 1 }"],
    ["[{ seed, other, local: 3 }][0]", "{ seed: 1, other: { deep: 2 }, local: 3 }"],
    ["((o: { seed: number }) => o.seed + 1)({ seed })", "2"],
    ["(() => { const seed = 5; return { seed }; })()", "{ seed: 5 }"],
    ["const here = 7; ({ here, seed })", "{ here: 7, seed: 1 }"],
    ["(() => ({ a: { b: [{ seed }] } }))().a.b[0].seed", "1"],
    ["const { seed: renamed } = { seed }; renamed", "1"],
    ["({ fill } = { fill: 9 }); fill", "9"],
    ["({ fill = 4 } = {} as { fill?: number }); fill", "4"],
  ])("in shorthand: %s is %s", gives);
});

describe("a property that an earlier cell made keeps its name", () => {
  test.each([
    ["const { a: mine } = made(); mine", "1"],
    ["const { a: awaited } = await late(); awaited", "1"],
    ["const { deep: { b: deepest = 5 } } = await late(); deepest", "2"],
    ["({ a: filled } = made()); filled", "1"],
    [
      "const again: ReturnType<typeof made> = { a: 3, deep: { b: filled } }; again",
      "{ a: 3, deep: { b: 1 } }",
    ],
    ["(({ a: argument }: ReturnType<typeof made>) => argument)(made())", "1"],
    ["const key = 'a', { [key]: computed } = made(); computed", "1"],
  ])("%s is %s", gives);
});
