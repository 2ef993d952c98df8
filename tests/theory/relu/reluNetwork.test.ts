import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  affine,
  carry,
  compose,
  countParameters,
  deepen,
  depthOf,
  dyadic,
  evaluateNetwork,
  fanOut,
  fromNumber,
  intrinsicParameters,
  layer,
  negate,
  networkToJSON,
  relu,
  reluNetwork,
  renameIntrinsic,
  sideBySide,
  traceNetwork,
  widthOf,
} from "../../../src/theory";
import { ONE, ZERO } from "../../../src/theory/exact/dyadic";
import { anyNetwork, anyPoint, evaluateByDefinition } from "./arbitrary";

describe("evaluateNetwork", () => {
  test("equals the definition σ(W x + c), entry by entry", () => {
    fc.assert(
      fc.property(anyNetwork(3), anyPoint(3), (network, x) => {
        expect(evaluateNetwork(network, x)).toEqual(evaluateByDefinition(network, x));
      }),
      { numRuns: 300 },
    );
  });

  test("pairs of rows z, −z are evaluated as the definition says", () => {
    fc.assert(
      fc.property(anyNetwork(2), anyPoint(2), (network, x) => {
        const passed = compose([network, carry(network.output, 3)]);
        expect(evaluateByDefinition(passed, x)).toEqual(evaluateByDefinition(network, x));
        expect(evaluateNetwork(passed, x)).toEqual(evaluateByDefinition(network, x));
      }),
    );
  });

  test("takes floats exactly", () => {
    const identity = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
    expect(evaluateNetwork(identity, [0.1])).toEqual([fromNumber(0.1)]);
  });

  test("refuses a point of the wrong length, NaN and other types", () => {
    const sum = affine({
      inputs: 2,
      outputs: 1,
      weights: [
        [0, 0, 1],
        [0, 1, 1],
      ],
    });
    expect(() => evaluateNetwork(sum, [1])).toThrow(/point of 2 coordinates; got \[1\]/);
    expect(() => evaluateNetwork(sum, [1, Number.NaN])).toThrow(/Coordinate 1 .* got NaN/);
    expect(() => evaluateNetwork(sum, [1, "2" as unknown as number])).toThrow(/Coordinate 1/);
  });

  test("checks networks put together by hand, and tells a file from a network", () => {
    const identity = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
    expect(evaluateNetwork({ ...identity }, [3])).toEqual([dyadic(3n)]);
    expect(() => evaluateNetwork({ ...identity, input: 2 }, [1, 2])).toThrow(
      /says R\^2 → R\^1, its layers R\^1/,
    );
    expect(() => evaluateNetwork(networkToJSON(identity) as never, [1])).toThrow(/networkFromJSON/);
    expect(() => evaluateNetwork(undefined as never, [1])).toThrow(/Expected a ReluNetwork; got undefined/);
  });

  test("traceNetwork ends in evaluateNetwork and shows no negative hidden value", () => {
    fc.assert(
      fc.property(anyNetwork(2), anyPoint(2), (network, x) => {
        const trace = traceNetwork(network, x);
        expect(trace.at(-1)).toEqual(evaluateNetwork(network, x));
        expect(
          trace
            .slice(0, -1)
            .flat()
            .every(({ m }) => m >= 0n),
        ).toBe(true);
      }),
    );
  });
});

describe("composition", () => {
  test("compose is composition of functions, for outputs of either sign", () => {
    fc.assert(
      fc.property(anyNetwork(2, 3), anyNetwork(3), anyPoint(2), (inner, outer, x) => {
        const composed = compose([inner, outer]);
        expect(evaluateNetwork(composed, x)).toEqual(evaluateNetwork(outer, evaluateNetwork(inner, x)));
      }),
    );
  });

  test('sign "nonnegative" passes σ(z) through one neuron for each output', () => {
    fc.assert(
      fc.property(anyNetwork(2, 3), anyNetwork(3), anyPoint(2), (inner, outer, x) => {
        const composed = compose([inner, outer], { sign: "nonnegative" });
        const middle = evaluateNetwork(inner, x).map(relu);
        expect(evaluateNetwork(composed, x)).toEqual(evaluateNetwork(outer, middle));
        expect(countParameters(composed).nonzero).toBe(
          countParameters(inner).nonzero + countParameters(outer).nonzero,
        );
        expect(depthOf(composed)).toBe(depthOf(inner) + depthOf(outer));
      }),
    );
  });

  test("composition folds nothing: no entry is the product of two", () => {
    const third = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 3]] });
    const fifth = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 5]] });
    const values = compose([third, fifth]).layers.flatMap(({ weights }) => weights.map(({ value }) => value));
    expect(values).toEqual([3n, -3n, 5n, -5n].map((m) => dyadic(m)));
  });

  test("deepen and carry change the depth and not the function", () => {
    fc.assert(
      fc.property(anyNetwork(2), anyPoint(2), fc.integer({ min: 0, max: 5 }), (network, x, more) => {
        const deeper = deepen(network, depthOf(network) + more);
        expect(depthOf(deeper)).toBe(depthOf(network) + more);
        expect(evaluateNetwork(deeper, x)).toEqual(evaluateNetwork(network, x));
      }),
    );
  });

  test("fanOut reads one input, sideBySide one each", () => {
    fc.assert(
      fc.property(anyNetwork(2, 2, 3), anyNetwork(2, 1, 3), anyPoint(2), anyPoint(2), (f, g, x, y) => {
        expect(evaluateNetwork(fanOut([f, g]), x)).toEqual([
          ...evaluateNetwork(f, x),
          ...evaluateNetwork(g, x),
        ]);
        expect(evaluateNetwork(sideBySide([f, g]), [...x, ...y])).toEqual([
          ...evaluateNetwork(f, x),
          ...evaluateNetwork(g, y),
        ]);
      }),
    );
  });

  test("a chain of equal layers side by side stays one layer object", () => {
    const chain = carry(2, 50, { sign: "nonnegative" });
    expect(new Set(sideBySide([chain, chain, chain]).layers).size).toBeLessThanOrEqual(3);
  });

  test("sizes that do not meet and depths that differ are refused", () => {
    const one = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
    const two = affine({ inputs: 2, outputs: 1, weights: [[0, 0, 1]] });
    expect(() => compose([one, two])).toThrow(/takes 2 values, but the inner one gives 1/);
    expect(() => fanOut([one, two])).toThrow(/equal input sizes; got 1 and 2/);
    expect(() => sideBySide([one, carry(1, 2)])).toThrow(/equal depths; got 1 and 2/);
  });
});

describe("names", () => {
  const scaled = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 0.5, "a1"]], biases: [[0, 0, "b"]] });

  test("copies share a named parameter, renamed copies do not", () => {
    const tied = fanOut([scaled, scaled]);
    expect(countParameters(tied)).toMatchObject({ intrinsic: 2, intrinsicUntied: 4, nonzero: 4 });
    const untied = fanOut([scaled, renameIntrinsic(scaled, (name) => `${name}@1`)]);
    expect(countParameters(untied)).toMatchObject({ intrinsic: 4, intrinsicUntied: 4 });
    expect(untied.intrinsic).toEqual(["a1", "a1@1", "b", "b@1"]);
  });

  test("intrinsicParameters gives each name its value, a named zero included", () => {
    expect(intrinsicParameters(scaled)).toEqual({ a1: dyadic(1n, -1), b: ZERO });
  });

  test("one name has one value: both signs and two values are refused", () => {
    expect(() => compose([scaled, scaled])).toThrow(/"a1" cannot be passed on with both signs/);
    const other = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 2, "a1"]] });
    expect(() => fanOut([scaled, other])).toThrow(/entries named "a1" have different values/);
  });
});

describe("layers", () => {
  test("are frozen", () => {
    const network = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
    for (const part of [network, network.layers, network.layers[0], network.layers[0]!.weights])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test("are sorted and leave unnamed zeros out", () => {
    const built = layer({
      inputs: 2,
      width: 2,
      weights: [
        [1, 0, 3],
        [0, 1, 2],
        [0, 0, 0],
      ],
    });
    expect(built.weights.map(({ row, column }) => [row, column])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test("refuse duplicates, indices out of range and identity before the end", () => {
    expect(() =>
      layer({
        inputs: 1,
        width: 1,
        weights: [
          [0, 0, 1],
          [0, 0, 2],
        ],
      }),
    ).toThrow(/no duplicates/);
    expect(() => layer({ inputs: 1, width: 1, weights: [[0, 1, 1]] })).toThrow(
      /column must be .* 0 to 0, got 1/,
    );
    expect(() => layer({ inputs: 1, width: 1, biases: [[1, 1]] })).toThrow(/row must be/);
    const identity = layer({ inputs: 1, width: 1, activation: "identity", weights: [[0, 0, ONE]] });
    expect(() => reluNetwork([identity, identity])).toThrow(/Layer 0 is "identity"/);
    expect(() => reluNetwork([])).toThrow(/at least one layer/);
  });

  test("total counts a dense network with biases", () => {
    fc.assert(
      fc.property(anyNetwork(3), (network) => {
        const { total, nonzero } = countParameters(network);
        let dense = 0;
        let inputs = 3;
        for (const { width } of network.layers) {
          dense += (inputs + 1) * width;
          inputs = width;
        }
        expect(total).toBe(dense);
        expect(nonzero).toBeLessThanOrEqual(total);
        expect(widthOf(network)).toBe(Math.max(...network.layers.map(({ width }) => width)));
      }),
    );
  });

  test("σ(z) − σ(−z) is what joins two signs", () => {
    const network = compose([affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] }), carry(1, 1)]);
    fc.assert(
      fc.property(anyPoint(1), ([z]) => {
        const [plus, minus] = traceNetwork(network, [z!])[0]!;
        expect(add(plus!, negate(minus!))).toEqual(z);
      }),
    );
  });
});
