import { describe, expect, test } from "vitest";
import {
  affine,
  approximateLp,
  evaluateInFloats,
  evaluateNetwork,
  extractionNetwork,
  gallery,
  packKeyParameters,
  scale,
  toNumber,
} from "../../../src/theory";

/** The largest deviation of the float evaluation from the exact one at the cubes' corners, in steps of s·2^−n. */
function worstSteps(n: number, precision: "float32" | "float64"): number {
  let worst = 0;
  for (const f of [gallery.weierstrass(), gallery.smooth(), gallery.kink()]) {
    const phi = approximateLp(f, { n });
    const step = toNumber(phi.intrinsic.s!) * 2 ** -n;
    for (let k = 0; k < phi.grid.K; k++) {
      const x = [(k + 0.25) / phi.grid.K];
      const error = evaluateInFloats(phi.network, x, precision)[0]! - toNumber(phi.evaluateExactly(x));
      worst = Math.max(worst, Math.abs(error) / step);
    }
  }
  return worst;
}

describe("floating point breaks the theorem", () => {
  test("theorem networks: float32 is right at J = 8 and wrong at 16", () => {
    expect(worstSteps(3, "float32")).toBeLessThan(0.01);
    expect(worstSteps(4, "float32")).toBeGreaterThan(0.5);
  });

  test("theorem networks: float64 is right at J = 16 and wrong at 32", () => {
    expect(worstSteps(4, "float64")).toBeLessThan(0.01);
    expect(worstSteps(5, "float64")).toBeGreaterThan(0.5);
  });

  test("the extraction network alone: float64 keeps 20 bits apart and loses bits at J = 26", () => {
    const worst = (J: number) => {
      const bits = Array.from({ length: J }, (_, i) => ((i * i + i) % 3 === 2 ? 0 : 1));
      const [a] = packKeyParameters(bits, 1);
      return Math.max(
        ...bits.map((bit, i) =>
          Math.abs(
            evaluateInFloats(extractionNetwork(J), [toNumber(scale(a!, 2 * (i + 1)))], "float64")[0]! - bit,
          ),
        ),
      );
    };
    expect(worst(20)).toBeLessThan(1e-3);
    expect(worst(26)).toBeGreaterThanOrEqual(0.5);
  });

  test("where nothing rounds, floats and dyadic numbers agree", () => {
    const network = affine({
      inputs: 2,
      outputs: 2,
      activation: "relu",
      weights: [
        [0, 0, 1.5],
        [1, 1, -2],
      ],
      biases: [[1, 0.25]],
    });
    for (const precision of ["float32", "float64"] as const)
      expect(evaluateInFloats(network, [0.5, 0.75], precision)).toEqual(
        evaluateNetwork(network, [0.5, 0.75]).map(toNumber),
      );
  });

  test("other precisions and broken points are refused", () => {
    const network = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
    expect(() => evaluateInFloats(network, [1], "float16" as never)).toThrow(/got "float16"/);
    expect(() => evaluateInFloats(network, [1, 2], "float32")).toThrow(/1 coordinates; got \[1, 2\]/);
    expect(() => evaluateInFloats(network, [Number.NaN], "float32")).toThrow(/Coordinate 0 .* NaN/);
  });
});
