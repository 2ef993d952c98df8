import { strict } from "node:assert";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as node from "../../src/common/platform";
import * as browser from "../../src/common/platform.browser";
import * as nodeTensorflow from "../../src/learning/tensorflow/chooseTensorflow";
import * as browserTensorflow from "../../src/learning/tensorflow/chooseTensorflow.browser";
import * as nodeReport from "../../src/show/notebook/saveReport";
import * as browserReport from "../../src/show/notebook/saveReport.browser";

describe("the browser form of the seam", () => {
  test("has the names of the form for Node, of types that fit", () => {
    const forms: [object, object][] = [
      [node, browser],
      [nodeTensorflow, browserTensorflow],
      [nodeReport, browserReport],
    ];
    for (const [one, other] of forms) expect(Object.keys(other).sort()).toEqual(Object.keys(one).sort());
    expectTypeOf<typeof browser>().toExtend<typeof node>();
    expectTypeOf<typeof browserTensorflow>().toExtend<typeof nodeTensorflow>();
    expectTypeOf<typeof browserReport>().toExtend<typeof nodeReport>();
  });

  test("refuses what needs files or processes, and says what, why and what to do instead", async () => {
    await expect(browserReport.saveReport("a.html", "A", ["text"])).rejects.toThrow(
      "saveReport needs Node, for files or processes, which a browser does not have: show the parts in the page itself.",
    );
    expect(() => browserTensorflow.loadDataFrames()).toThrow(/dataFrames\(\) needs Node.*rows as objects/);
    expect(() => browser.files.readFile("a")).toThrow(/files\.readFile needs Node/);
    expect(() => browser.path.join("a", "b")).toThrow(/path\.join needs Node/);
  });

  test("hashes texts and bytes in any pieces as Node does", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 100 }),
      fc.uint8Array({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const [own, theirs] = [browser.sha256(), createHash("sha256")];
        for (const one of pieces) {
          own.update(one);
          theirs.update(one);
        }
        expect(own.digest("hex")).toBe(theirs.digest("hex"));
      }),
    );
  });

  test("unpacks what gzip packed, and rejects it cut short", async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);
    expect(await browser.gunzip(gzipSync(bytes))).toEqual(bytes);
    await expect(browser.gunzip(gzipSync(bytes).subarray(0, 100))).rejects.toThrow();
  });

  test("compares as Node does", () => {
    const value = fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(browser.isDeepStrictEqual(a, b)).toBe(isDeepStrictEqual(a, b));
        expect(browser.isDeepStrictEqual(a, structuredClone(a))).toBe(
          isDeepStrictEqual(a, structuredClone(a)),
        );
      }),
    );
    const [a, b]: { own?: unknown }[] = [{}, {}];
    a.own = a;
    b.own = b;
    for (const [x, y] of [
      [a, b],
      [Array(3), [undefined, undefined, undefined]],
      [/a/g, /a/i],
      [new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])],
      [new Set([[1], [2]]), new Set([[2], [1]])],
      [new Error("a"), new Error("b")],
      [Object(1), Object(2)],
      [Float64Array.of(0), Float64Array.of(-0)],
    ])
      expect(browser.isDeepStrictEqual(x, y)).toBe(isDeepStrictEqual(x, y));
  });

  test("asserts as Node does: the same calls pass, the same throw", async () => {
    const calls: ((assert: typeof strict) => unknown)[] = [
      (assert) => assert(1),
      (assert) => assert(0),
      (assert) => assert.ok("", "said"),
      (assert) => assert.equal(1, 1),
      (assert) => assert.equal(1, "1"),
      (assert) => assert.equal(0, -0),
      (assert) => assert.notEqual(1, 2),
      (assert) => assert.notEqual(NaN, NaN),
      (assert) => assert.deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }),
      (assert) => assert.deepEqual([1, 2], [1, 3]),
      (assert) => assert.notDeepEqual([1], [1]),
      (assert) => assert.match("abc", /b/),
      (assert) => assert.match("abc", /d/),
      (assert) => assert.doesNotMatch("abc", /b/),
      (assert) => assert.throws(() => {}),
      (assert) => assert.throws(() => fail(new TypeError("no"))),
      (assert) => assert.throws(() => fail(new TypeError("no")), TypeError),
      (assert) => assert.throws(() => fail(new TypeError("no")), RangeError),
      (assert) => assert.throws(() => fail(new TypeError("no")), /no/),
      (assert) => assert.throws(() => fail(new TypeError("no")), /yes/),
      (assert) => assert.throws(() => fail(new TypeError("no")), { message: "no" }),
      (assert) => assert.throws(() => fail(new TypeError("no")), { name: "RangeError" }),
      (assert) =>
        assert.throws(
          () => fail(new TypeError("no")),
          (error: Error) => error.message === "no",
        ),
      (assert) => assert.doesNotThrow(() => fail(new Error("no"))),
      (assert) => assert.rejects(Promise.reject(new Error("no")), /no/),
      (assert) => assert.rejects(async () => {}),
      (assert) => assert.doesNotReject(async () => fail(new Error("no"))),
      (assert) => assert.fail("always"),
      (assert) => assert.ifError(null),
      (assert) => assert.ifError(new Error("some")),
      (assert) => assert.strict.equal(1, 2),
    ];
    const fail = (error: Error): never => {
      throw error;
    };
    const outcome = async (assert: typeof strict, call: (typeof calls)[number]) => {
      try {
        await call(assert);
        return "passes";
      } catch (error) {
        const { name, message, code } = error as Error & { code?: string };
        // Texts of its own begin otherwise.
        return { name, code, said: /^(said|always|no)$/.test(message) && message };
      }
    };
    for (const call of calls)
      expect(await outcome(browser.assert, call), String(call)).toEqual(await outcome(strict, call));
  });

  test("shows plain values as Node does, and values that show themselves in their own words", () => {
    for (const value of [
      1,
      -0,
      3n,
      true,
      null,
      undefined,
      "it",
      [1, 2, 3],
      { a: 1, "b c": [2] },
      [],
      {},
      new Map([["a", 1]]),
      new Set([1]),
      Float64Array.of(1, 2),
      [{ a: { b: { c: {} } } }],
    ])
      expect(browser.inspect(value)).toBe(node.inspect(value));
    expect(browser.inspect({ [browser.inspect.custom]: () => "in my words" })).toBe("in my words");
    const round: unknown[] = [];
    round.push(round);
    expect(browser.inspect(round)).toContain("Circular");
  });

  test("lays nested values and long lists out in lines as Node does", () => {
    const leaf = fc.oneof(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.string({ maxLength: 12 }).map((text) => text.replace(/[^a-z]/g, "q")),
      fc.constantFrom(true, null, undefined, 12n, 0.5),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "medium" }, leaf, tie("list"), tie("row"), tie("object")),
      list: fc.array(tie("value"), { maxLength: 9 }),
      row: fc.array(leaf, { maxLength: 30 }),
      object: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), tie("value"), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(browser.inspect(one)).toBe(node.inspect(one));
      }),
      { numRuns: 1000 },
    );
  });

  test("gives others their turn, one after the other", async () => {
    const turns: number[] = [];
    const turn = async (i: number) => {
      await browser.breathe();
      turns.push(i);
    };
    await Promise.all([1, 2, 3].map(turn));
    expect(turns).toEqual([1, 2, 3]);
  });
});
