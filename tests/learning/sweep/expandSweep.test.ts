import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setAt, valueAt } from "../../../src/common/setAt";
import {
  expandSweep,
  hashOf,
  moduleSum,
  readConfiguration,
  readSweep,
  type Sweep,
} from "../../../src/learning";
import { drawn } from "../../../src/learning/sweep/drawn";
import { ownSweep } from "../../helpers/ownSweep";

const base = {
  data: { name: "mnist" },
  model: { name: "paper-cnn" },
  phases: [{ method: { name: "head" }, epochs: 2 }],
  seed: 0,
};
const sweep = (parts: unknown, more: object = {}) =>
  ({ format: "sweep/1", name: "test", configuration: base, parts, ...more }) as Sweep;

describe("the runs of a part", () => {
  it("are each combination of a grid, in the order of its values, named by what differs", async () => {
    const grid = { "phases.last.epochs": [1, 2], seed: [3, 4, 5] };
    const runs = await expandSweep(sweep([{ name: "p", grid }]));
    expect(runs.map(({ series, label }) => `${series}: ${label}`)).toEqual([
      ...[3, 4, 5].map((seed) => `p: epochs 1, seed ${seed}`),
      ...[3, 4, 5].map((seed) => `p: epochs 2, seed ${seed}`),
    ]);
    expect(runs[4]).toMatchObject({ part: "p", varied: { "phases.last.epochs": 2, seed: 4 } });
    const expected = { format: "experiment/1", ...base, phases: [{ ...base.phases[0], epochs: 2 }], seed: 4 };
    expect(runs[4].configuration).toEqual(expected);
    expect(runs[4].hash).toBe(hashOf(readConfiguration(expected)));
  });

  it("are the points of lists, by name and within others, with what surrounds them", async () => {
    const lists = {
      two: [
        { label: "one", set: { "phases.0.method": { name: "lora", rank: 1 } } },
        { label: "four", set: { "phases.0.method": { name: "lora", rank: 4 } } },
      ],
    };
    const part = {
      name: "p",
      label: "{label} on {data.name}, seed {seed}",
      list: [
        {
          series: "digits",
          list: ["two", { label: "biases", set: { "phases.0.method": { name: "biases" } } }],
        },
        { series: "clothes", set: { "data.name": "fashion-mnist" }, grid: { seed: [7, 8] }, list: ["two"] },
      ],
    };
    const runs = await expandSweep(sweep([part], { lists }));
    expect(runs.map(({ series, label }) => `${series}: ${label}`)).toEqual([
      "digits: one on mnist, seed 0",
      "digits: four on mnist, seed 0",
      "digits: biases on mnist, seed 0",
      ...["one", "four"].flatMap((rank) =>
        [7, 8].map((seed) => `clothes: ${rank} on fashion-mnist, seed ${seed}`),
      ),
    ]);
    expect(runs[6].configuration).toMatchObject({
      data: { name: "fashion-mnist" },
      phases: [{ method: { name: "lora", rank: 4 } }],
      seed: 8,
    });
  });

  it("are samples that the seed alone decides, and a larger sample begins like a smaller one", async () => {
    const of = {
      "phases.0.learningRate.start": { from: 1e-4, to: 1, scale: "log" },
      "phases.0.batch": { from: 16, to: 64, scale: "whole" },
      "phases.0.method.layers": { choose: [[4], [3, 4]] },
      "phases.0.optimizer.beta1": { from: 0.5, to: 0.99 },
    };
    const set = { "phases.0.method": { name: "biases" }, "phases.0.learningRate": { factor: 1 } };
    const runsOf = (count: number, seed = 1) =>
      expandSweep(sweep([{ name: "p", set, sample: { count, seed, of } }]));
    const [many, few, others] = [await runsOf(40), await runsOf(7), await runsOf(40, 2)];
    expect(many.slice(0, 7)).toEqual(few);
    expect(new Set([...many, ...others].map(({ hash }) => hash)).size).toBe(80);
    const starts = many.map(({ varied }) => varied["phases.0.learningRate.start"] as number);
    expect(starts.every((start) => start >= 1e-4 && start <= 1)).toBe(true);
    // By the logarithm, half of them lie below the geometric mean.
    const below = starts.filter((start) => start < 1e-2).length;
    expect(below).toBeGreaterThan(10);
    expect(below).toBeLessThan(30);
    expect(new Set(many.map(({ varied }) => JSON.stringify(varied["phases.0.method.layers"]))).size).toBe(2);
  });

  it("carry the checksums of their modules, and a grid may run through modules", async () => {
    const own = ownSweep([{ name: "p", grid: { "model.module.options.units": [4, 8] } }]);
    fs.copyFileSync(own.at("network.mjs"), own.at("other.mjs"));
    fs.appendFileSync(own.at("other.mjs"), "// another one\n");
    const runs = await expandSweep(JSON.parse(fs.readFileSync(own.file, "utf8")), own.folder);
    const sum = await moduleSum(own.at("network.mjs"));
    expect(runs.map(({ configuration }) => configuration.model.module)).toEqual(
      [4, 8].map((units) => ({ file: "network.mjs", sha256: sum, export: "network", options: { units } })),
    );
    const both = ownSweep([{ name: "p", grid: { "model.module.file": ["network.mjs", "other.mjs"] } }]);
    fs.copyFileSync(own.at("other.mjs"), both.at("other.mjs"));
    const [one, other] = await expandSweep(JSON.parse(fs.readFileSync(both.file, "utf8")), both.folder);
    expect(one.configuration.model.module!.sha256).toBe(sum);
    expect(other.configuration.model.module!.sha256).toBe(await moduleSum(own.at("other.mjs")));
    own.remove();
    both.remove();
  });
});

describe("a fault is refused before anything starts, by where it is", () => {
  const faults: [string, unknown, RegExp][] = [
    [
      "a key of the sweep",
      sweep([{ name: "p" }], { bugdet: {} }),
      /^sweep\.bugdet must be absent \(known are/,
    ],
    ["a key of a part", sweep([{ name: "p", gird: {} }]), /^sweep\.parts\[0\]\.gird must be absent/],
    [
      "a key of the budget",
      sweep([{ name: "p" }], { budget: { run: 1 } }),
      /sweep\.budget\.run must be absent/,
    ],
    ["no part", sweep([]), /sweep\.parts must be a list with something in it/],
    ["a part without a name", sweep([{}]), /sweep\.parts\[0\]\.name must be given/],
    ["a name with a slash", sweep([{ name: "a/b" }]), /parts\[0\]\.name must be a name .* got "a\/b"/],
    ["two parts of a name", sweep([{ name: "p" }, { name: "p" }]), /parts of different names; got "p"/],
    [
      "a list that is not there",
      sweep([{ name: "p", list: [{ list: ["x"] }] }]),
      /list\[0\]\.list\[0\] must be the name/,
    ],
    [
      "an empty grid",
      sweep([{ name: "p", grid: { seed: [] } }]),
      /parts\[0\]\.grid\.seed must be a list with/,
    ],
    [
      "a range backwards",
      sweep([{ name: "p", sample: { count: 1, seed: 0, of: { seed: { from: 2, to: 1 } } } }]),
      /of\.seed\.to must be at least from \(2\); got 1/,
    ],
    [
      "a logarithm of 0",
      sweep([{ name: "p", sample: { count: 1, seed: 0, of: { seed: { from: 0, to: 1, scale: "log" } } } }]),
      /of\.seed\.from must be above 0/,
    ],
    [
      "an unknown key of a run",
      sweep([{ name: "p", grid: { "phases.0.epoch": [1] } }]),
      /^sweep\.parts\[0\], "p", phases\.0\.epoch = 1: configuration\.phases\[0\]\.epoch must be absent/,
    ],
    [
      "another method's option",
      sweep([{ name: "p", list: [{ label: "l", set: { "phases.last.method.rank": 2 } }] }]),
      /^sweep\.parts\[0\], "p", "l": configuration\.phases\[0\]\.method\.rank must be absent/,
    ],
    [
      "a place in no list",
      sweep([{ name: "p", set: { "phases.3.epochs": 1 } }]),
      /phases has 1 entries: "phases\.3\.epochs" must name/,
    ],
    [
      "a place in a number",
      sweep([{ name: "p", set: { "seed.x": 1 } }]),
      /seed must be an object or a list to set seed\.x; got 0/,
    ],
    [
      "a label of nothing",
      sweep([{ name: "p", label: "{rank}" }]),
      /\{rank\} names no value of the configuration/,
    ],
    [
      "a point's label where there is none",
      sweep([{ name: "p", label: "{label}", grid: { seed: [1] } }]),
      /\{label\} stands for a name of the list's point/,
    ],
    [
      "a module that is missing",
      sweep([{ name: "p", set: { "model.module.file": "none.mjs" } }]),
      /none\.mjs cannot be read \(ENOENT\)/,
    ],
    [
      "another format",
      { ...sweep([{ name: "p" }]), format: "sweep/2" },
      /sweep\.format must be one of "sweep\/1"/,
    ],
  ];
  it.each(faults)("%s", async (_, given, message) => {
    await expect(expandSweep(given as Sweep)).rejects.toThrow(message);
  });

  it("but resources and a budget within their ranges are taken", () => {
    const given = sweep([{ name: "p" }], { resources: { threads: 2, minutes: 0.5 }, budget: { hours: 1.5 } });
    expect(readSweep(given)).toBe(given);
  });
});

it("setting a value changes a copy there and nowhere else, and is read back", () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("a", "b", "c"), json),
      fc.array(fc.constantFrom("a", "b", "c", "0", "last"), { minLength: 1, maxLength: 4 }),
      (whole, steps) => {
        const before = structuredClone(whole);
        const path = steps.join(".");
        let after: unknown;
        try {
          after = setAt(whole, path, "new");
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        } finally {
          expect(whole).toEqual(before);
        }
        expect(valueAt(after, path)).toBe("new");
        // What the path does not lead through is the same object.
        for (const [key, value] of Object.entries(whole))
          if (key !== steps[0]) expect((after as Record<string, unknown>)[key]).toBe(value);
      },
    ),
  );
});

it("a drawn value lies in its range, ends included, for every seed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1000 }), (seed, i) => {
      const { a, b, c } = drawn(
        {
          a: { from: -2, to: 3, scale: "whole" },
          b: { from: 0.001, to: 10, scale: "log" },
          c: { choose: ["x"] },
        },
        seed,
        i,
      );
      expect([-2, -1, 0, 1, 2, 3]).toContain(a);
      expect(b).toBeGreaterThanOrEqual(0.001);
      expect(b).toBeLessThanOrEqual(10);
      expect(c).toBe("x");
    }),
  );
});
