import fc from "fast-check";
import { expect, test } from "vitest";
import { OutputLimit } from "../../src/cells/outputLimit";

test("no character is lost silently: what is shown and what is counted as left out is all there was", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.integer({ min: 1, max: 400_000 }).map((n) => "x".repeat(n)),
    fc.integer({ min: 1, max: 90_000 }).map((n) => "y\n".repeat(n)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const limit = new OutputLimit();
      const shown = pieces.map((text) => limit.take(text)).join("");
      const all = pieces.join("");
      expect(all.startsWith(shown)).toBe(true);
      expect(shown.length + limit.leftOut.characters).toBe(all.length);
      expect(shown.split("\n").length + limit.leftOut.lines).toBe(all.split("\n").length);
      expect(all.endsWith(limit.takeTail())).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("the first 100,000 lines and the first million characters are shown", () => {
  const lines = new OutputLimit();
  expect(lines.take("a\n".repeat(100_000))).toHaveLength(200_000);
  expect(lines.take("b\n")).toBe("");
  expect(lines.leftOut).toEqual({ characters: 2, lines: 1 });
  const characters = new OutputLimit();
  expect(characters.take("a".repeat(1_500_000))).toHaveLength(1_000_000);
  expect(characters.leftOut).toEqual({ characters: 500_000, lines: 0 });
});

test("once something is left out, nothing that comes after it is shown before the end", () => {
  const limit = new OutputLimit();
  limit.take("x".repeat(999_999));
  expect(limit.take("yy")).toBe("y");
  expect(limit.take("z")).toBe("");
  expect(limit.takeTail()).toBe("yz");
});

test("the limit does not cut a character in two", () => {
  const limit = new OutputLimit();
  limit.take("x".repeat(999_999));
  expect(limit.take("\u{1F600}")).toBe("");
  expect(limit.leftOut.characters).toBe(2);
});

test("the end that is kept begins with a whole line", () => {
  const limit = new OutputLimit();
  for (let i = 0; i < 120_000; i++) limit.take(`line ${i}\n`);
  const tail = limit.takeTail().split("\n");
  expect(tail[0]).toMatch(/^line \d+$/);
  expect(tail.at(-2)).toBe("line 119999");
});

test("of one long line the end is kept as well", () => {
  const limit = new OutputLimit();
  limit.take(`${"x".repeat(3_000_000)}\n`);
  expect(limit.takeTail()).toMatch(/^x{1999}\n$/);
});
