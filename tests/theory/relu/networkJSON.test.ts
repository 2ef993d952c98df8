import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  affine,
  approximateLp,
  evaluateNetwork,
  gallery,
  layer,
  networkFromJSON,
  networkToJSON,
  reluNetwork,
} from "../../../src/theory";
import { anyNetwork } from "./arbitrary";

/** The example of the format's description. */
const example = () => ({
  format: "relu-network/1",
  input: 2,
  intrinsic: ["a1", "b"],
  layers: [
    {
      width: 3,
      activation: "relu",
      weights: [
        [0, 1, "3", -2],
        [2, 0, "5", -7, "a1"],
      ],
      biases: [
        [0, "1", 0],
        [2, "7", -3, "b"],
      ],
    },
  ],
});

describe("relu-network/1", () => {
  test("what networkToJSON writes, networkFromJSON reads back, as object and as text", () => {
    fc.assert(
      fc.property(anyNetwork(3), (network) => {
        expect(networkFromJSON(networkToJSON(network))).toEqual(network);
        expect(networkFromJSON(JSON.stringify(networkToJSON(network)))).toEqual(network);
      }),
    );
  });

  test("a file read and written again is the same file, and gains a checksum if it had none", () => {
    const written = networkToJSON(networkFromJSON(example()));
    expect({ ...written, checksum: undefined }).toEqual({ ...example(), checksum: undefined });
    expect(networkToJSON(networkFromJSON(written))).toEqual(written);
  });

  test("the checksum is the SHA-256 of the file without it, in whatever order and white space it is read", () => {
    fc.assert(
      fc.property(anyNetwork(2), (network) => {
        const { checksum, ...rest } = networkToJSON(network);
        const hash = createHash("sha256").update(JSON.stringify(rest)).digest("hex");
        expect(checksum).toBe(`sha256:${hash}`);
        const turned = Object.fromEntries(Object.entries({ ...rest, checksum }).reverse());
        expect(networkFromJSON(JSON.stringify(turned, undefined, 2))).toEqual(network);
      }),
    );
  });

  test("of 1,500 files with one digit changed each is refused", () => {
    const text = JSON.stringify(networkToJSON(approximateLp(gallery.steps(), { n: 3 }).network));
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
    const unseen: string[] = [];
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const edited = text.slice(0, at) + ((Number(text[at]) + by) % 10) + text.slice(at + 1);
        let refusal = "";
        try {
          networkFromJSON(edited);
        } catch (error) {
          refusal = (error as Error).message;
        }
        if (!refusal.startsWith("relu-network/1")) unseen.push(`${at}: ${refusal}`);
      }),
      { numRuns: 1500 },
    );
    expect(unseen).toEqual([]);
  });

  test("names and named zeros survive", () => {
    const network = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 0, "a1"]], biases: [[0, -0.5, "b"]] });
    expect(networkToJSON(network).layers[0]!.weights).toEqual([[0, 0, "0", 0, "a1"]]);
    expect(networkFromJSON(networkToJSON(network))).toEqual(network);
  });

  // biome-ignore lint/suspicious/noExplicitAny: the test breaks the file on purpose
  const broken: [string, (file: any) => void, RegExp][] = [
    ["another format", (f) => (f.format = "relu-network/2"), /format.*"relu-network\/1"/],
    ["a missing field", (f) => delete f.layers[0].biases, /layers\[0\].*field "biases"/],
    ["an unknown field", (f) => (f.layers[0].bias = []), /layers\[0\].*"bias"/],
    ["an even mantissa", (f) => (f.layers[0].weights[0][2] = "4"), /layers\[0\]\.weights\[0\].*odd mantissa/],
    [
      "a mantissa that is a number",
      (f) => (f.layers[0].weights[0][2] = 3),
      /layers\[0\]\.weights\[0\].*decimal/,
    ],
    ["a mantissa with a plus sign", (f) => (f.layers[0].biases[0][1] = "+1"), /layers\[0\]\.biases\[0\]/],
    [
      "a fractional exponent",
      (f) => (f.layers[0].weights[0][3] = 0.5),
      /layers\[0\]\.weights\[0\].*exponent/,
    ],
    ["a row out of range", (f) => (f.layers[0].weights[1][0] = 3), /layers\[0\].*row.*0 to 2, got 3/],
    ["a column out of range", (f) => (f.layers[0].weights[1][1] = 2), /layers\[0\].*column.*0 to 1, got 2/],
    ["a duplicate", (f) => f.layers[0].weights.push([2, 0, "5", -7, "a1"]), /layers\[0\].*no duplicates/],
    ["unsorted entries", (f) => f.layers[0].weights.reverse(), /layers\[0\].*sort by row/],
    ["an unnamed zero", (f) => (f.layers[0].biases[0] = [0, "0", 0]), /layers\[0\].*zero/],
    [
      "a name that is not declared",
      (f) => (f.intrinsic = ["a1"]),
      /intrinsic must list.*expected \["a1", "b"\]/,
    ],
    ["a declared name that does not occur", (f) => f.intrinsic.push("c"), /got \["a1", "b", "c"\]/],
    ["two values under one name", (f) => (f.layers[0].biases[1][3] = "a1"), /"a1" have different values/],
    ["a width of 0", (f) => (f.layers[0].width = 0), /layers\[0\]\.width/],
    ["a width that is no number", (f) => (f.layers[0].width = "3"), /layers\[0\]\.width/],
    [
      "a checksum of another file",
      (f) => (f.checksum = "sha256:0"),
      /checksum: expected "sha256:[0-9a-f]{64}"/,
    ],
    ["a checksum that is no text", (f) => (f.checksum = null), /checksum: expected .* got null/],
    [
      "an exponent beyond 2^26",
      (f) => (f.layers[0].biases[1][2] = -(2 ** 26) - 1),
      /layers\[0\]\.biases\[1\].*exponent from −67108864 to 67108864; got -67108865/,
    ],
    [
      "a mantissa of more than 2^25 bits",
      (f) => (f.layers[0].weights[0][2] = "1".repeat(10_100_894)),
      /layers\[0\]\.weights\[0\].*at most 10100891 digits; got "1+"… \(10100894 characters\)/,
    ],
    [
      "a width that only takes memory",
      (f) => (f.layers[0].width = 2 ** 24),
      /layers\[0\]\.width.*entries 4 .* 1048576 neurons .* got 16777216/,
    ],
    [
      "many widths that only take memory",
      (f) => {
        const wide = (width: number) => ({ width, activation: "relu", weights: [], biases: [] });
        f.layers.push(wide(2 ** 19), wide(2 ** 19), wide(2));
      },
      /layers\[3\]\.width.*entries 0 .* 0 neurons .* got 2/,
    ],
    ["an input beyond 2^24", (f) => (f.input = 2 ** 24 + 1), /input.*from 1 to 16777216/],
    [
      "more than 2^18 layers",
      (f) => (f.layers = new Array(2 ** 18 + 1).fill(f.layers[0])),
      /layers: expected at most 262144 items; got 262145/,
    ],
    [
      "more than 2^24 entries",
      (f) => (f.layers[0].weights = new Array(2 ** 24 + 1)),
      /layers\[0\].*at most 16777216 weights/,
    ],
    ["an array with holes", (f) => (f.layers[0].weights = new Array(2)), /weights\[0\].*got undefined/],
    [
      "exponents and a width that would eat memory",
      (f) => {
        f.layers[0].width = 200;
        f.layers[0].weights = Array.from({ length: 200 }, (_, row) => [row, 0, "1", 2 ** 26]);
      },
      /layers\[0\].*fit in 8589934592 binary digits; got "13421.* = 200 neurons/,
    ],
    ["no layers", (f) => (f.layers = []), /at least one layer/],
    ["an unknown activation", (f) => (f.layers[0].activation = "tanh"), /activation.*"tanh"/],
    [
      "identity before the end",
      (f) => {
        f.layers[0].activation = "identity";
        f.layers.push({ width: 1, activation: "identity", weights: [], biases: [] });
      },
      /Layer 0 is "identity"/,
    ],
  ];
  test.each(broken)("%s is refused, and the error names the place", (_, breakIt, message) => {
    const file = example();
    breakIt(file);
    expect(() => networkFromJSON(file)).toThrow(message);
  });

  test("text cut off anywhere is refused", () => {
    const text = JSON.stringify(example());
    for (let length = 0; length < text.length; length++)
      expect(() => networkFromJSON(text.slice(0, length))).toThrow(/relu-network\/1/);
  });

  test("a text of more values than memory holds is refused before it is parsed", () => {
    expect(() => networkFromJSON("[".repeat(6 * 2 ** 24))).toThrow(
      /the text: expected at most 100663296 values/,
    );
  });

  test("a file that is deep or long is refused in few words", () => {
    let deep: unknown = [];
    for (let i = 0; i < 20_000; i++) deep = [deep];
    const long = new Array(1_000_000).fill("x");
    for (const junk of [deep, long, { long }, "x".repeat(1e6)]) {
      for (const file of [junk, { ...example(), format: junk }, { ...example(), layers: [junk] }])
        try {
          networkFromJSON(file);
          expect.unreachable();
        } catch (error) {
          expect((error as Error).message).toMatch(/^relu-network\/1/);
          expect((error as Error).message.length).toBeLessThan(300);
        }
    }
  });

  test("layers whose exponents add up are refused when evaluated, by the layer, before memory is taken", () => {
    const steep = { ...example(), intrinsic: [], input: 1 };
    const one = { width: 1, activation: "relu", weights: [[0, 0, "1", 2 ** 26]], biases: [[0, "1", 0]] };
    const network = networkFromJSON({ ...steep, layers: new Array(100).fill(one) });
    expect(() => evaluateNetwork(network, [1])).toThrow(/Layer 3: 1 exact values of up to 268435\d+ binary/);
    const fan = { width: 2000, activation: "relu", weights: [] as unknown[], biases: [] as unknown[] };
    for (let row = 0; row < 2000; row++) fan.weights.push([row, 0, "1", 0]);
    const wide = networkFromJSON({ ...steep, layers: [one, fan] });
    expect(() => evaluateNetwork(wide, [1])).toThrow(/^Layer 1: 2000 exact values/);
  });

  test("what cancels is measured: a long chain of steep layers is evaluated", () => {
    // x ↦ σ(2^k·x) − … stays small although nothing of its bound does.
    const up = layer({
      inputs: 1,
      width: 2,
      weights: [
        [0, 0, 2 ** 1000],
        [1, 0, 2 ** 1000],
      ],
      biases: [[1, -1]],
    });
    const down = layer({
      inputs: 2,
      width: 1,
      weights: [
        [0, 0, 1],
        [0, 1, -1],
      ],
    });
    const chain = reluNetwork(new Array(600_000).fill([up, down]).flat());
    expect(evaluateNetwork(chain, [1])).toEqual([{ m: 1n, e: 0 }]);
  });

  test("a layer with an exponent that no evaluation can take is refused", () => {
    const steep = { m: 1n, e: 2 ** 40 };
    expect(() => affine({ inputs: 1, outputs: 1, weights: [[0, 0, steep]] })).toThrow(
      /weight \[0, 0\]: the exponent must be from −67108864 to 67108864; got 1099511627776/,
    );
    expect(() =>
      evaluateNetwork(affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]], biases: [[0, 1]] }), [steep]),
    ).toThrow(/Layer 0: 1 exact values of up to 109951162777\d binary digits/);
  });
});
