import { expect, test } from "vitest";
import { markFor, withoutBoxes } from "../../src/cells/boxes";

test("V8's messages say the reader's names", () => {
  for (const [said, shown] of [
    ["(0 , x·.v) is not a function", "x is not a function"],
    ["x·.v is not a constructor", "x is not a constructor"],
    ["(0 , $·.v) is not a function", "$ is not a function"],
    ["x·.v.y is not a function", "x.y is not a function"],
    ["(intermediate value)(x··.v) is not iterable", "(intermediate value)(x) is not iterable"],
    ["变量·.v is not iterable, nor is ñ·.const", "变量 is not iterable, nor is ñ"],
    ["a · b · c", "a · b · c"],
    ["3·.5", "3·.5"],
    ["nothing to change", "nothing to change"],
  ])
    expect(withoutBoxes(said)).toBe(shown);
});

test("the mark is longer than any run of dots in the cell", () => {
  expect(markFor("x = 1")).toBe("·");
  expect(markFor("x· = y··· + '··'")).toBe("····");
});
