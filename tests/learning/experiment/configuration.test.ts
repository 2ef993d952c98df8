import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Configuration, hashOf, paperS1, paperS2, readConfiguration } from "../../../src/learning";
import { canonicalText, completed, sortedText } from "../../../src/learning/experiment/configuration";

const base: Configuration = {
  format: "experiment/1",
  data: { name: "mnist" },
  model: { name: "paper-cnn" },
  phases: [{ method: { name: "weights", train: "all" }, epochs: 2 }],
  seed: 3,
};
type Json = { [key: string]: Json } & { [key: number]: Json };
const changed = (change: (copy: Json) => void): Configuration => {
  const copy = structuredClone(base);
  change(copy as unknown as Json);
  return copy;
};
const set = (path: (string | number)[], value: unknown) =>
  changed((copy) => {
    const at = path.slice(0, -1).reduce((place, key) => place[key], copy);
    (at as Record<string | number, unknown>)[path[path.length - 1]] = value;
  });

it("the hash depends on what decides the numbers, not on how it is written", () => {
  const hash = hashOf(base);
  const { seed, phases, ...rest } = base;
  expect(hashOf({ seed, phases, ...rest } as Configuration)).toBe(hash);
  expect(hashOf(completed(base))).toBe(hash);
  expect(hashOf(set(["phases", 0, "batch"], 128))).toBe(hash);
  expect(hashOf(set(["phases", 0, "optimizer"], { weightDecay: 1e-4 }))).toBe(hash);
  const others = [
    set(["seed"], 4),
    set(["phases", 0, "batch"], 64),
    set(["phases", 0, "epochs"], 3),
    set(["phases", 0, "labels"], [0, 1]),
    set(["phases", 0, "method", "train"], [2, 4]),
    set(["phases", 0, "optimizer"], { weightDecay: 0 }),
    set(["data", "name"], "fashion-mnist"),
    set(["model", "width"], 0.5),
  ];
  expect(new Set([hash, ...others.map(hashOf)]).size).toBe(others.length + 1);
});

it("a default written out, and an option that is undefined, name the run that is meant without them", () => {
  const same = (path: (string | number)[], value: unknown, without: Configuration = base) => {
    const written = structuredClone(without) as unknown as Json;
    const place = path.slice(0, -1).reduce((at, key) => at[key], written);
    (place as Record<string | number, unknown>)[path[path.length - 1]] = value;
    expect(hashOf(readConfiguration(written)), `${path.join(".")}: ${value}`).toBe(hashOf(without));
    expect(completed(written as unknown as Configuration)).toEqual(completed(without));
  };
  same(["model", "kernels"], "random");
  same(["phases", 0, "data"], "mnist");
  for (const key of ["batch", "learningRate", "optimizer", "frozen", "labels", "data"])
    same(["phases", 0, key], undefined);
  same(["data", "validation"], undefined);
  same(["model", "width"], undefined);
  same(["phases", 0, "optimizer"], { beta1: undefined });
  same(["phases", 0, "optimizer"], { correctedEpsilon: false });
  const corrected = set(["phases", 0, "optimizer"], { correctedEpsilon: true });
  expect(hashOf(readConfiguration(corrected))).not.toBe(hashOf(base));
  const methods = [
    { name: "batchNorm" },
    { name: "biases" },
    { name: "lora", rank: 2 },
    { name: "vera", rank: 2 },
    { name: "subset", count: 2 },
    { name: "subspace", dimension: 2 },
    { name: "networks", count: 2 },
  ];
  for (const method of methods)
    same(["phases", 0, "method", "layers"], "all", set(["phases", 0, "method"], method));
  same(["phases", 0, "method", "batchNorm"], false, set(["phases", 0, "method"], { name: "biases" }));
  const lora = set(["phases", 0, "method"], { name: "lora", rank: 2 });
  same(["phases", 0, "method", "alpha"], 2, lora);
  const others = [{ alpha: 1 }, { layers: [4] }].map((more) =>
    set(["phases", 0, "method"], { name: "lora", rank: 2, ...more }),
  );
  expect(new Set([lora, ...others].map(hashOf)).size).toBe(3);
});

it("the names of runs are these for good: files are found by them", () => {
  expect(hashOf(paperS1({ data: "mnist" }))).toMatchInlineSnapshot(`"cef0db17f2d38d81"`);
  expect(hashOf(paperS2({ data: "fashion-mnist", seed: 1 }))).toMatchInlineSnapshot(`"4b4c5745b2ec8384"`);
  expect(canonicalText(base)).toMatchInlineSnapshot(
    `"{"data":{"name":"mnist","validation":0.08333333333333333},"format":"experiment/1","model":{"dropout":1,"name":"paper-cnn","width":1},"phases":[{"batch":128,"epochs":2,"frozen":{"dropout":"off","statistics":"still"},"learningRate":{"factor":0.93,"start":0.002},"method":{"name":"weights","train":"all"},"optimizer":{"beta1":0.9,"beta2":0.999,"decoupled":false,"epsilon":1e-8,"kind":"radam","weightDecay":0.0001}}],"seed":3}"`,
  );
});

it("the paper's strategies are valid configurations", () => {
  for (const data of ["mnist", "fashion-mnist", "kmnist"] as const) {
    for (const made of [paperS1({ data }), paperS2({ data })]) {
      expect(readConfiguration(JSON.parse(JSON.stringify(made)))).toEqual(made);
      expect(readConfiguration(JSON.parse(canonicalText(made)))).toEqual(completed(made));
    }
  }
});

it("a completed configuration of a network without width and drop-out is valid and keeps its name", () => {
  const small = set(["model"], { name: "mlp" });
  expect(readConfiguration(completed(small))).toEqual(completed(small));
  expect(hashOf(small)).toBe(hashOf(completed(small)));
});

it("the paper's strategies refuse what is no number of epochs and no seed", () => {
  expect(() => paperS1({ data: "mnist", epochs: 0 })).toThrow(/phases\[0\]\.epochs must be .* got 0/);
  expect(() => paperS2({ data: "mnist", pretrain: 1.5 })).toThrow(/phases\[0\]\.epochs must be .* got 1.5/);
  expect(() => paperS1({ data: "mnist", seed: -1 })).toThrow(/configuration\.seed must be/);
});

describe("a wrong configuration is refused by the path of the fault", () => {
  const faults: [string, Configuration, RegExp][] = [
    [
      "an unknown key",
      set(["data", "trian"], 5),
      /configuration\.data\.trian must be absent .*known are name, train/,
    ],
    ["a missing key", changed((copy) => delete copy.seed), /configuration\.seed must be given/],
    [
      "an unknown data set",
      set(["data", "name"], "cifar"),
      /configuration\.data\.name must be one of "mnist".*got "cifar"/,
    ],
    [
      "an unknown method",
      set(["phases", 0, "method", "name"], "magic"),
      /phases\[0\]\.method\.name must be one of .*got "magic"/,
    ],
    [
      "another method's option",
      set(["phases", 0, "method", "rank"], 4),
      /phases\[0\]\.method\.rank must be absent/,
    ],
    [
      "a number out of range",
      set(["phases", 0, "epochs"], 0),
      /phases\[0\]\.epochs must be a whole number from 1/,
    ],
    ["no phase", set(["phases"], []), /phases must be a list with something in it/],
    ["a text for a number", set(["seed"], "3"), /seed must be a whole number .*got "3"/],
    ["a key that every object has", set(["data", "toString"], 5), /data\.toString must be absent/],
    [
      "a label that no data set has",
      set(["phases", 0, "labels"], [10]),
      /labels\[0\] must be a whole number from 0 to 9; got 10/,
    ],
    [
      "a width of a network that has none",
      set(["model"], { name: "lenet", width: 0.5 }),
      /configuration\.model\.width must be one of 1; got 0.5/,
    ],
    [
      "drop-out of a network that has none",
      set(["model"], { name: "mlp", dropout: 0 }),
      /configuration\.model\.dropout must be one of 1; got 0/,
    ],
    [
      "a moment that forgets nothing",
      set(["phases", 0, "optimizer"], { beta2: 1 }),
      /phases\[0\]\.optimizer\.beta2 must be a number of at least 0 and below 1; got 1/,
    ],
    [
      "an α that is not finite",
      set(["phases", 0, "method"], { name: "lora", rank: 1, alpha: Infinity }),
      /phases\[0\]\.method\.alpha must be a finite number; got Infinity/,
    ],
    [
      "another format",
      set(["format"], "experiment/9"),
      /format must be one of "experiment\/1"; got "experiment\/9"/,
    ],
  ];
  for (const [name, json, message] of faults) {
    it(name, () => {
      expect(() => readConfiguration(json)).toThrow(message);
    });
  }
});

it("a text with sorted keys is that of a value with sorted keys, whatever a module's options hold", () => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]),
    );
  };
  const keys = fc.oneof(fc.string(), fc.constantFrom("10", "9", "07", "-1", "4294967294", "4294967295", "é"));
  const values = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
      fc.array(tie("any")),
      fc.dictionary(keys, tie("any")),
    ),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(keys, values), (value) => {
      expect(sortedText(value)).toBe(JSON.stringify(sorted(value)));
    }),
  );
});
