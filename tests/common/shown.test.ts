import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shown } from "../../src/common/shown";

const no = (): never => {
  throw new Error("hostile");
};
const traps = Object.fromEntries(
  "get getPrototypeOf ownKeys has getOwnPropertyDescriptor".split(" ").map((trap) => [trap, no]),
);
const revoked = Proxy.revocable([], {});
revoked.revoke();
const hostile: [string, unknown][] = [
  ["a proxy of an object", new Proxy({}, traps)],
  ["a proxy of an array", new Proxy([1, 2], traps)],
  ["a proxy of a function", new Proxy(() => 1, traps)],
  ["a revoked proxy", revoked.proxy],
  ["one that throws instead of its text", { toString: no, [Symbol.toPrimitive]: no, toJSON: no }],
  [
    "a class that has no name to read",
    Object.create({
      get constructor() {
        return no();
      },
    }),
  ],
  ["an entry that throws", Object.defineProperty([1], 0, { get: no })],
  ["an array with a length that is none", new Proxy([], { get: (_, key) => (key === "length" ? {} : 1) })],
  [
    "an array inside itself",
    (() => {
      const list: unknown[] = [];
      list.push(list, list);
      return list;
    })(),
  ],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
  ["a class named by a line", Object.create({ constructor: { name: "x\n2" } })],
  ["a function named by a line", Object.defineProperty(() => 1, "name", { value: "a\nb" })],
  ["a symbol of two lines", Symbol("a\nb")],
  ["a bigint of a million digits", 1n << 4_000_000n],
  ["a long text", "x".repeat(1e7)],
  ["control characters", "\u0000\u0007\u001b[31m\u0085\u2028\u2029\u202e".repeat(100)],
  ["half a letter", "\ud83d".repeat(50)],
];
const LINE = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,200}$/u;

describe("what came is shown", () => {
  test.each(hostile)("on one short line, whatever it does: %s", (_, value) => {
    expect(shown(value)).toMatch(LINE);
    expect(shown([value, value])).toMatch(LINE);
  });

  test("on one short line, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSet: true,
            withTypedArray: true,
            withNullPrototype: true,
            withSparseArray: true,
          }),
          fc.string({ unit: "binary", maxLength: 300 }),
          fc.func(fc.integer()),
        ),
        (value) => {
          expect(shown(value)).toMatch(LINE);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a text is never taken for what is no text, however it is written", () => {
    const others = fc.oneof(
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, [1], { a: 1 }),
    );
    fc.assert(
      fc.property(others, (other) => {
        expect(shown(String(other))).not.toBe(shown(other));
        expect(shown(shown(other))).not.toBe(shown(other));
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => shown(text).startsWith('"')));
  });

  test("a number that is shown can be read again, -0 and NaN too, and a short text as JSON", () => {
    fc.assert(fc.property(fc.double(), (x) => Object.is(Number(shown(x)), x)));
    fc.assert(fc.property(fc.string({ maxLength: 15 }), (text) => JSON.parse(shown(text)) === text));
  });

  test.each<[unknown, string]>([
    ["2", '"2"'],
    ["", '""'],
    ['say "no"\n', String.raw`"say \"no\"\n"`],
    ["a".repeat(61), `"${"a".repeat(60)}"… (61 characters)`],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [12n, "12n"],
    [1n << 1000n, "a bigint of about 1004 bits"],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [Symbol("s"), 'Symbol("s")'],
    [function kink() {}, "function kink"],
    [
      (
        () => () =>
          1
      )(),
      "function",
    ],
    [[], "[]"],
    [[1, "2", [3]], '[1, "2", [3]]'],
    [[[[1]]], "[[an array of 1]]"],
    [Array.from({ length: 10 }, (_, i) => i), "[0, 1, 2, 3, 4, 5, … (10 in all)]"],
    [Float32Array.of(0.5, Number.NaN), "Float32Array(2) [0.5, NaN]"],
    [new Float64Array(1e6), "Float64Array(1000000) [0, 0, 0, 0, 0, 0, … (1000000 in all)]"],
    [{}, "an object without fields"],
    [{ n: 3, "my name": 1 }, 'an object with n, "my name"'],
    [new Map(), "Map"],
    [Promise.resolve(1), "Promise"],
    [/a.b/i, "/a.b/i"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "an invalid Date"],
    [new Proxy({}, traps), "an object that cannot be read"],
  ])("number %# of the table as it stands there", (value, text) => {
    expect(shown(value)).toBe(text);
  });
});
