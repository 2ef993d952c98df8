import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standardise, tableDataset } from "../../../src/learning";

const rows = Array.from({ length: 20 }, (_, i) => ({
  height: 1 + i / 10,
  colour: ["red", "green", "blue"][i % 3],
  wild: i % 4 === 0,
  kind: i % 2 === 0 ? "cat" : "dog",
}));
const column = (values: Float32Array, width: number, j: number) =>
  [...values].filter((_, k) => k % width === j);

describe("a table as a data set", () => {
  it("has numbers of mean 0 and deviation 1 over the training rows, whatever their scale", () => {
    const tables = fc.uniqueArray(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(tables, fc.nat(99), fc.constantFrom(1, 1e-9, 1e9), (values, seed, unit) => {
        const table = values.map((x, i) => ({ x: x * unit, kind: i % 2 }));
        const { train } = tableDataset(table, { label: "kind", seed, test: 0.25 });
        const xs = train.images as Float32Array;
        const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
        expect(Math.abs(mean)).toBeLessThan(1e-4);
        expect(Math.abs(xs.reduce((a, b) => a + (b - mean) ** 2, 0) / xs.length - 1)).toBeLessThan(1e-3);
      }),
    );
  });

  it("keeps every row once, with its own label, in the part that the shares and the seed say", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0.1, max: 0.4, noNaN: true }), (seed, share) => {
        const options = { label: "kind", features: ["height"], test: share, validation: 0.2, seed };
        const data = tableDataset(rows, options);
        const [{ mean, std }] = data.columns as unknown as { mean: number; std: number }[];
        const parts = [data.train, data.test, data.validation!];
        const found = parts.flatMap(({ images, labels }) =>
          [...images].map(
            (x, i) => [Math.abs(Math.round((x * std + mean - 1) * 10)), data.classes[labels[i]]] as const,
          ),
        );
        found.sort(([a], [b]) => a - b);
        expect(found).toEqual(rows.map(({ kind }, i) => [i, kind]));
        expect(data.test.labels.length).toBe(2 * Math.round(10 * share));
        expect(tableDataset(rows, options).test).toEqual(data.test);
      }),
      { numRuns: 30 },
    );
  });

  it("gives a text one place for each of its values, sorted, and true and false one number", () => {
    const data = tableDataset(rows, { label: "kind" });
    expect(data.shape).toEqual([5]);
    expect(data.classes).toEqual(["cat", "dog"]);
    expect(data.columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "height: number",
      "colour: text",
      "wild: number",
    ]);
    const encoded = data.encode([{ height: 1, colour: "green", wild: true }]);
    expect([...encoded.slice(1, 4)]).toEqual([0, 1, 0]);
    expect(new Set(column(data.train.images as Float32Array, 5, 4)).size).toBe(2);
    expect(standardise(data)).toBe(data);
  });

  it("encodes its own rows as it holds them, and refuses a text that it has never seen", () => {
    const data = tableDataset(rows, { label: "kind" });
    const all = data.encode(rows);
    const row = (i: number) => all.slice(5 * i, 5 * i + 5).join();
    const known = new Set(rows.map((_, i) => row(i)));
    for (let i = 0; i < data.test.labels.length; i++)
      expect(known.has(data.test.images.slice(5 * i, 5 * i + 5).join())).toBe(true);
    expect(() => data.encode([{ ...rows[0], colour: "pink" }])).toThrow(
      /Row 0, column "colour": "pink" is none of \["blue"/,
    );
    expect(() => data.encode([{ ...rows[0], height: "tall" }])).toThrow(
      /Row 0, column "height": expected a number/,
    );
  });

  it("is the same from a danfo data frame as from its rows", () => {
    const { DataFrame } = createRequire(__filename)("danfojs-node") as typeof import("danfojs-node");
    const { encode: _, ...fromFrame } = tableDataset(new DataFrame(rows), { label: "kind", seed: 3 });
    const { encode: __, ...fromRows } = tableDataset(rows, { label: "kind", seed: 3 });
    expect(fromFrame).toEqual(fromRows);
  }, 30_000);

  it("sorts classes that are numbers as numbers", () => {
    const table = Array.from({ length: 30 }, (_, i) => ({ x: i, y: [2, 10, 1][i % 3] }));
    expect(tableDataset(table, { label: "y" }).classes).toEqual(["1", "2", "10"]);
  });
});

describe("a table that cannot be learnt from is refused with the place", () => {
  const changed = (row: number, change: object) => rows.map((r, i) => (i === row ? { ...r, ...change } : r));
  it.each([
    [changed(3, { height: null }), {}, /Row 3, column "height": the value is missing \(null\).*fill them in/],
    [changed(4, { height: Number.NaN }), {}, /Row 4, column "height": the value is missing/],
    [changed(5, { colour: "" }), {}, /Row 5, column "colour": the value is missing \(an empty text\)/],
    [changed(6, { kind: undefined }), {}, /Row 6, column "kind"/],
    [
      changed(7, { height: Number.POSITIVE_INFINITY }),
      {},
      /Row 7, column "height": expected a finite number/,
    ],
    [changed(8, { height: new Date(0) }), {}, /Row 8, column "height": expected/],
    [changed(9, { height: "tall" }), {}, /"height" mixes texts and numbers: row 0 holds 1, others "tall"/],
    [rows.map((r) => ({ ...r, height: 2 })), {}, /"height" cannot be scaled.* 2 everywhere/],
    [rows.map((r) => ({ ...r, colour: "red" })), {}, /"colour" is "red" everywhere/],
    [rows.map((r, i) => ({ ...r, colour: `id ${i}` })), {}, /All texts of column "colour" differ/],
    [rows.map((r) => ({ ...r, kind: "cat" })), {}, /"kind" has 1 different values/],
    [changed(0, { kind: "rare" }), {}, /class "rare" has 1 rows/],
    [changed(0, { kind: 5 }), {}, /"kind" mixes number and string/],
    [rows, { label: "type" }, /no column "type"; the columns are height, colour, wild, kind/],
    [rows, { features: ["kind"] }, /cannot be a feature/],
    [rows, { features: [] }, /no column beside "kind"/],
    [rows, { test: 1 }, /test must be a share between 0 and 1; got 1/],
    [rows, { test: 0.6, validation: 0.5 }, /leave something for training/],
    [rows, { testShare: 0.5 }, /tableDataset has no option testShare; those it has are label/],
    [[], {}, /no row/],
    [[1], {}, /Row 0 is no object/],
    ["text", {}, /array of rows .* or a danfo DataFrame/],
  ])("%#", (table, options, message) => {
    expect(() => tableDataset(table as never, { label: "kind", ...options })).toThrow(message);
  });
});
