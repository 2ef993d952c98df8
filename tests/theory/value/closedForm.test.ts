import fc from "fast-check";
import { expect, test } from "vitest";
import {
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  gallery,
  isTrifling,
  quantise,
  toNumber,
  walkSerpentine,
} from "../../../src/theory";
import { closedForm } from "../../../src/theory/value/closedForm";
import { createDecoder, type Decoder } from "../../../src/theory/value/decoder";
import type { CubeEncoding } from "../../../src/theory/value/encoding";
import { anyHardPoint } from "../expectations";

const cases = [1, 2].flatMap((d) => {
  const f = gallery.smooth(d);
  const options = { n: 2, delta: 1 / 32 };
  return [
    approximateLp(f, options),
    approximateUniform(f, options),
    approximateThreeParameters(f, options),
    approximateDelta(f, options),
  ].map((phi) => {
    const { construction, grid, variant } = phi;
    const encoding = (
      construction === "delta"
        ? { construction, grid, walk: walkSerpentine(f, grid) }
        : { construction, grid, variant, quantised: quantise(f, grid, variant) }
    ) as CubeEncoding;
    return [construction, d, phi, encoding] as const;
  });
});

test.each(cases)(
  "%s, d = %i: the closed form is the float64 nearest to the network",
  (_, __, phi, encoding) => {
    const decoder = createDecoder(encoding);
    const value = closedForm(encoding, decoder);
    let asked = 0;
    // As wide as the whole range: no float64 is nearest to both ends, so all digits must decide.
    const undecided: Decoder = {
      ...decoder,
      nearby: (j, t) => {
        const { low } = decoder.exactly(j, t);
        return { low: { ...low, m: low.m - 1n }, high: { ...low, m: low.m + 1n } };
      },
      exactly: (j, t) => {
        asked++;
        return decoder.exactly(j, t);
      },
    };
    const slow = closedForm(encoding, undecided);
    let strips = 0;
    fc.assert(
      fc.property(anyHardPoint(phi.grid), (x) => {
        if (isTrifling(phi.grid, x)) strips++;
        const network = toNumber(phi.evaluateExactly(x));
        expect(value(x)).toBe(network);
        expect(slow(x)).toBe(network);
      }),
      { numRuns: 150 },
    );
    expect(strips).toBeGreaterThan(10);
    expect(asked).toBeGreaterThan(100);
  },
);
