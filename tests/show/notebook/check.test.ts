import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, check, jupyterDisplay, type Verdict } from "../../../src/index";

const html = (verdict: Verdict) =>
  String(verdict[jupyterDisplay]()["text/html"]).replace(/ style="[^"]*"/, "");
const isNoWholeNumber = (value: unknown) =>
  !(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 20);
const said = (answer: unknown, value: unknown) => String(check(answer, { expected: () => value }));

describe("an exercise without an answer", () => {
  test.each([undefined, null, "", "…", "...", "?", []])(
    "%o is asked for one, and nothing is computed",
    (answer) => {
      const verdict = check(answer as Answer<number>, {
        kind: "whole number",
        hint: "count",
        expected: () => {
          throw new Error("computed");
        },
      });
      expect(verdict.state).toBe("open");
      expect(String(verdict)).toBe(
        'Your turn: put a whole number in place of undefined and run the cell again. "hint" in its place gives a hint.',
      );
      expect(html(verdict)).not.toContain("count");
    },
  );

  test("gives its hint when it is asked, without computing anything", () => {
    const never = () => {
      throw new Error("computed");
    };
    expect(String(check("hint", { expected: never, hint: "count the cubes" }))).toBe("Hint: count the cubes");
    expect(check("hint", { expected: never }).state).toBe("hint");
  });
});

describe("a wrong answer", () => {
  test("never shows the right one, in text or in HTML, whatever both are", () => {
    const some = fc.oneof(
      fc.integer({ min: 1000 }),
      fc.double({ min: 1000, max: 1e9, noNaN: true }),
      fc.array(fc.integer({ min: 1000 }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(some, some, (answer, value) => {
        const verdict = check(answer as unknown, { expected: () => value as unknown, hint: "think" });
        if (verdict.state === "right") return;
        const own = new Set([answer].flat().map(String));
        for (const secret of [value].flat().map(String)) {
          if (own.has(secret)) continue;
          expect(`${verdict} ${inspect(verdict)} ${html(verdict)} ${JSON.stringify(verdict)}`).not.toContain(
            secret,
          );
        }
      }),
    );
  });

  test("is told which way it is wrong", () => {
    expect(said(1000, 1661)).toBe("✗ Not yet: too small.");
    expect(said(2000, 1661)).toBe("✗ Not yet: too large.");
    expect(said(-1661, 1661)).toBe("✗ Not yet: the sign is wrong.");
    expect(said([1, 0], [1, 0, 1])).toBe("✗ Not yet: 2 entries are too few.");
    expect(said([1, 0, 1, 1], [1, 0, 1])).toBe("✗ Not yet: 4 entries are too many.");
    expect(said([1, 0, 0, 1], [1, 0, 1, 1])).toBe("✗ Not yet: entry 3 of 4 differs.");
    expect(said([1, 1, 0, 1], [1, 0, 1, 1])).toBe("✗ Not yet: entry 2 of 4 differs, and 1 more.");
    expect(said([0, 1], [1, 0])).toBe("✗ Not yet: every entry is wrong.");
    expect(said("left", "right")).toBe("✗ Not yet: that is another text.");
    expect(said({ a: 1 }, { a: 2 })).toBe("✗ Not yet: that is something else.");
  });

  test("of another kind is refused by name", () => {
    expect(said(1.5, 2)).toBe("✗ Not yet: 1.5 is not a whole number.");
    expect(said(Number.NaN, 2)).toBe("✗ Not yet: NaN is no finite number.");
    expect(said(Number.POSITIVE_INFINITY, 0.5)).toContain("no finite number");
    expect(said("11", 11)).toBe(
      "✗ Not yet: a whole number was asked for, and this is a text (leave out the quotes).",
    );
    expect(said(11n, 11)).toContain("a bigint (leave out the n)");
    expect(said([11], 11)).toContain("a list");
    expect(said(true, 1)).toContain("the truth value true");
    expect(said({}, 0.5)).toContain("a number was asked for, and this is an object");
    expect(said(5, [5, 6])).toContain(
      "a list of numbers in square brackets was asked for, and this is a number",
    );
    expect(said([5, "6"], [5, 6])).toContain("entry 2 is a text (leave out the quotes), not a number");
    expect(said(7, "seven")).toContain("a text in quotes was asked for, and this is a number");
  });

  test("of another kind never reaches the exercise's own check", () => {
    const never = () => {
      throw new Error("reached");
    };
    fc.assert(
      fc.property(fc.anything().filter(isNoWholeNumber), (silly) => {
        const kind = "whole number";
        const verdict = check(silly as number, { kind, between: [1, 20], satisfies: never });
        expect(verdict.state).not.toBe("right");
      }),
      {
        examples: [
          [1.5],
          [Number.NaN],
          ["11"],
          [11n],
          [[3]],
          [-1],
          [21],
          [1e300],
          [() => 3],
          [{}],
          [Symbol("a")],
        ],
      },
    );
    const far = check(30, { kind: "whole number", between: [1, 20], satisfies: never });
    expect(String(far)).toBe("✗ Not yet: 30 is not between 1 and 20.");
  });

  test("says how to get the hint, and folds it out in HTML", () => {
    const verdict = check(3, { expected: () => 4, hint: "a < b" });
    expect(String(verdict)).toBe('✗ Not yet: too small. (Answer "hint" for a hint.)');
    expect(html(verdict)).toContain("<details><summary>A hint</summary>a &lt; b</details>");
    expect(html(check(3, { expected: () => 4 }))).not.toContain("<details>");
  });
});

describe("a right answer", () => {
  test("is right with its comment, and shows itself", () => {
    const verdict = check(4, { expected: () => 4, right: "two and two" });
    expect([verdict.state, String(verdict), inspect(verdict)]).toEqual([
      "right",
      "✓ Right: two and two",
      "✓ Right: two and two",
    ]);
    expect(said(4, 4)).toBe("✓ Right.");
    expect(html(verdict)).toContain("two and two");
  });

  test("may differ by rounding where it is no whole number, and by as much as the exercise allows", () => {
    expect(said(0.1 + 0.2, 0.3)).toBe("✓ Right.");
    expect(said(0.3001, 0.3)).toContain("too large");
    const roughly = { kind: "number", expected: () => 2525222, tolerance: 0.01 } as const;
    expect([2.5e6, 2.6e6].map((answer) => check(answer, roughly).state)).toEqual(["right", "wrong"]);
    expect(said([0.1 + 0.2, 1], [0.3, 1])).toBe("✓ Right.");
    expect(said(Float64Array.of(1, 2), [1, 2])).toBe("✓ Right.");
    expect(said(" Left", "left")).toBe("✓ Right.");
  });
});

describe("an exercise with a check of its own", () => {
  const even = (n: number) => (n % 2 === 0 ? { right: `${n} = 2 · ${n / 2}` } : "that is odd");

  test("says what it found", async () => {
    const options = { kind: "whole number", satisfies: even } as const;
    expect([check(3, options), check(4, options)].map(String)).toEqual([
      "✗ Not yet: that is odd.",
      "✓ Right: 4 = 2 · 2",
    ]);
    const slow = { kind: "whole number", satisfies: async (n: number) => even(n) } as const;
    expect(String(await check(3, slow))).toBe("✗ Not yet: that is odd.");
    expect((await check<number>(undefined, slow)).state).toBe("open");
    expect(check(4, { satisfies: () => true as const, right: "yes" }).text).toBe("yes");
  });

  test("takes a function, and one that throws or returns no number is told so", async () => {
    const options = {
      kind: "numeric function",
      satisfies: (own: (x: number) => number) => (own(3) === 9 ? true : "not x²"),
    } as const;
    const throwing = () => {
      throw new Error("ouch");
    };
    const all = [
      (x: number) => x * x,
      (x: number) => x,
      () => Number.NaN,
      throwing,
      () => undefined as unknown as number,
    ];
    expect(all.map((own) => check(own, options).text)).toEqual([
      "",
      "not x².",
      "your function does not return a number: NaN is no finite number.",
      "your function fails: ouch.",
      "your function does not return a number: a number was asked for, and this is undefined.",
    ]);
    expect(check(9 as unknown as () => number, options).text).toContain(
      "a function that returns a number was asked for",
    );
    const slow = await check(throwing, {
      kind: "function",
      satisfies: async (own: () => void) => (own() === undefined ? true : "it returns something"),
    });
    expect(slow.text).toContain("ouch");
  });

  test("does not hide a fault of its own", async () => {
    const broken = () => {
      throw new Error("the check is broken");
    };
    expect(() => check(1, { satisfies: broken })).toThrow("the check is broken");
    await expect(check(1, { satisfies: async () => broken() })).rejects.toThrow("the check is broken");
  });
});

test("a check without a question, with two, or with an option it does not know is refused", () => {
  expect(() => check(1, {})).toThrow("check needs expected");
  expect(() => check(1, { expected: () => 1, satisfies: () => true })).toThrow("check needs expected");
  expect(() => check(1, { expected: () => 1, hints: "" } as object)).toThrow("check has no option hints");
});
