import fc from "fast-check";
import { expect, test } from "vitest";
import { writeMenu } from "../../../src/learning";
import { choiceAt, placeIn } from "../../../src/learning/code/menu";

const anyList = fc.uniqueArray(fc.oneof(fc.integer(), fc.string(), fc.boolean()), {
  minLength: 1,
  maxLength: 5,
});
const anyLists = fc
  .array(anyList, { minLength: 1, maxLength: 4 })
  .map((lists) => Object.fromEntries(lists.map((list, i) => [`list${i}`, list])));

test("each choice has a place of its own, and the places are those from 0 to the size", () => {
  fc.assert(
    fc.property(anyLists, (lists) => {
      const menu = writeMenu(lists);
      const places = Array.from({ length: menu.size }, (_, place) => placeIn(menu, choiceAt(menu, place)));
      expect(places).toEqual(places.map((_, place) => place));
      expect(2 ** menu.bits).toBeGreaterThanOrEqual(menu.size);
      expect(2 ** (menu.bits - 1)).toBeLessThan(menu.size);
    }),
  );
});

test("a menu that was changed later has another checksum, and later changes of its lists change nothing", () => {
  const seed = [0, 1];
  const menu = writeMenu({ seed });
  seed.push(2);
  expect(menu.lists).toEqual({ seed: [0, 1] });
  expect(writeMenu({ seed }).checksum).not.toBe(menu.checksum);
  expect(writeMenu({ seed: [0, 1] }).checksum).toBe(menu.checksum);
});

test.each([
  [[1], /made of lists by name/],
  [{}, /at least one list/],
  [{ seed: [] }, /seed must be a list of values; got \[\]/],
  [{ seed: 3 }, /seed must be a list of values; got 3/],
  [{ seed: [1, 1] }, /each value once; got 1 twice/],
  [{ seed: [Number.NaN] }, /a value that JSON keeps; got NaN/],
  [{ seed: [() => 1] }, /a value that JSON keeps/],
  [
    {
      a: Array.from({ length: 2 ** 11 }, (_, i) => i),
      b: Array.from({ length: 2 ** 11 }, (_, i) => i),
      c: Array.from({ length: 2 ** 10 }, (_, i) => i),
    },
    /at most 2\^31 choices; got 4294967296/,
  ],
])("refuses %s", (lists, message) => {
  expect(() => writeMenu(lists as never)).toThrow(message);
});
