import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { affine } from "../../src/relu/network";
import { networkFromJSON } from "../../src/relu/networkFromJSON";
import { networkToJSON } from "../../src/relu/networkToJSON";
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

  test("a file read and written again is the same file", () => {
    expect(networkToJSON(networkFromJSON(example()))).toEqual(example());
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
    ["a name that is not declared", (f) => (f.intrinsic = ["a1"]), /intrinsic must list.*expected a1, b/],
    ["a declared name that does not occur", (f) => f.intrinsic.push("c"), /got a1, b, c/],
    ["two values under one name", (f) => (f.layers[0].biases[1][3] = "a1"), /"a1" have different values/],
    ["a width of 0", (f) => (f.layers[0].width = 0), /layers\[0\]\.width/],
    ["a width that is no number", (f) => (f.layers[0].width = "3"), /layers\[0\]\.width/],
    ["no layers", (f) => (f.layers = []), /at least one layer/],
    ["an unknown activation", (f) => (f.layers[0].activation = "tanh"), /activation.*"tanh"/],
    [
      "identity before the end",
      (f) => {
        f.layers[0].activation = "identity";
        f.layers.push({ width: 1, activation: "identity", weights: [], biases: [] });
      },
      /layer 0 is "identity"/,
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
});
