import { expect, test } from "vitest";
import { groupBy } from "../../src/common/groupBy";

test("groups and their items stand in the order in which they come, whatever their keys are", () => {
  const words = ["two", "six", "four", "nine", "ten", "three"];
  expect([...groupBy(words, ({ length }) => length)]).toEqual([
    [3, ["two", "six", "ten"]],
    [4, ["four", "nine"]],
    [5, ["three"]],
  ]);
  expect(groupBy([1, Number.NaN, 2], Number.isNaN)).toEqual(
    new Map([
      [false, [1, 2]],
      [true, [Number.NaN]],
    ]),
  );
  expect(groupBy([], () => "key").size).toBe(0);
});
