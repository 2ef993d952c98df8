import fc from "fast-check";
import { expect, test } from "vitest";
import { fitted, HEIGHT, wrapped } from "../../../src/show/lab/fitted.mjs";

const measure = (text: string) => text.length * 10;

test("a figure is as wide as its panel and as high as it says, else as its still image", () => {
  expect(fitted({ layout: { height: 300 } }, 812, measure)).toMatchObject({ width: 812, height: 300 });
  expect(fitted({}, 812, measure)).toMatchObject({ width: 812, height: HEIGHT });
});

test("a width of its own holds where there is room for it", () => {
  expect(fitted({ layout: { width: 300 } }, 812, measure)).toMatchObject({ width: 300 });
  expect(fitted({ layout: { width: 3000 } }, 812, measure)).toMatchObject({ width: 812 });
});

test("a title that is too long gets lines, and the figure the height for them, not its axes less", () => {
  const layout = {
    height: 400,
    title: { text: "ten words are far too long for such a panel", font: { size: 20 } },
    margin: { t: 60, l: 9 },
  };
  const narrow = fitted({ layout }, 250, measure);
  expect(narrow.title).toMatchObject({ text: "ten words are far too<br>long for such a panel" });
  expect(narrow).toMatchObject({ height: 426, margin: { t: 86, l: 9 } });
  expect(fitted({ layout }, 900, measure)).toMatchObject({ title: layout.title, height: 400 });
});

test("lines keep every word in order, and only a single long word is wider than the room", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 300 }),
      (words, width) => {
        const lines = wrapped(words.join(" "), width, measure);
        expect(lines.join(" ")).toBe(words.join(" "));
        expect(lines.every((line) => measure(line) <= width || !line.includes(" "))).toBe(true);
      },
    ),
  );
});
