import { describe, expect, test } from "vitest";
import { networkChart } from "../../../src/show";
import { affine, powerNetwork, sawtoothNetwork } from "../../../src/theory";
import { expectLabelled, expectPlain, traces } from "./theoryExpectations";

describe("networkChart", () => {
  test("meets every tip of a sawtooth whose kinks are dyadic", () => {
    const figure = networkChart({ T: sawtoothNetwork(2) }, { range: [0, 32], samples: 32 });
    const [{ x, y }] = traces(figure) as [{ x: number[]; y: number[] }];
    expect(x).toEqual(Array.from({ length: 33 }, (_, i) => i));
    expect(y).toEqual(x.map((t) => t % 2));
    expectPlain(figure);
    expectLabelled(figure);
  });

  test("marks points on the first graph and gives each network a line of its own", () => {
    const h = powerNetwork(4);
    const zero = affine({ inputs: 1, outputs: 1 });
    const figure = networkChart({ h, zero }, { range: [1, 4], marks: [1, 2, 3, 4] });
    const [first, second, marks] = traces(figure) as { line: object; x: number[]; y: number[] }[];
    expect(first!.line).not.toEqual(second!.line);
    expect(marks).toMatchObject({ x: [1, 2, 3, 4], y: [4, 16, 64, 256] });
  });

  test.each([
    ["no network", () => networkChart({}), /at least one/],
    ["a network of two inputs", () => networkChart({ f: affine({ inputs: 2, outputs: 1 }) }), /"f" is R\^2/],
    ["an empty range", () => networkChart({ h: powerNetwork(2) }, { range: [1, 1] }), /range/],
    ["samples that miss kinks", () => networkChart({ h: powerNetwork(2) }, { samples: 100 }), /power of two/],
  ])("refuses %s", (_, draw, message) => {
    expect(draw).toThrow(message);
  });
});
