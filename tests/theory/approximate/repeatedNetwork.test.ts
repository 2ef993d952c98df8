import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateContinuous,
  approximateLp,
  countParameters,
  evaluateNetwork,
  fromNumber,
  gallery,
  repeatedNetwork,
} from "../../../src/theory";
import { anyLatticePoint, anyLipschitz, expectIndependentOfTarget } from "../expectations";

describe("one block, repeated", () => {
  test.each([1, 2, 3, 5])("n = %i: the network is φ, exactly, at every point", (n) => {
    fc.assert(
      fc.property(anyLipschitz(1), fc.array(anyLatticePoint(1, 2 ** n), { maxLength: 12 }), (f, points) => {
        const phi = approximateContinuous(f, { n });
        const { network } = repeatedNetwork(phi);
        for (const x of points)
          expect(evaluateNetwork(network, x.map(fromNumber))[0]).toEqual(phi.evaluateExactly(x));
      }),
      { numRuns: 6 },
    );
  });

  test("the block has 13n + 9 entries, each layer of the network is one of it, and none of them knows f", () => {
    const [phi, psi] = [gallery.kink(), gallery.oscillating()].map((f) => approximateContinuous(f, { n: 4 }));
    const [one, other] = [repeatedNetwork(phi!), repeatedNetwork(psi!)];
    expect(one.steps).toBe(17);
    expect(countParameters(one.block).nonzero).toBe(13 * 4 + 9);
    const inner = one.network.layers.slice(1, -2);
    expect(inner.length).toBe(2 * 17);
    inner.forEach((each, i) => {
      expect(each).toBe(one.block.layers[i % 2]);
    });
    expect(one.block.intrinsic).toEqual([]);
    expect(one.network.intrinsic).toEqual(["a1", "a2", "a3", "a4", "s", "b"]);
    expectIndependentOfTarget({ ...phi!, network: one.network }, { ...psi!, network: other.network });
  });

  test("what is no φ of one variable with its bits in a₁ … a_n is refused", () => {
    const wrong = [
      approximateLp(gallery.kink(), { n: 2 }),
      approximateContinuous(gallery.hills(), { n: 2 }),
      approximateContinuous(gallery.kink(), { n: 2, parameters: "three" }),
      approximateContinuous(gallery.kink(), { n: 6, digits: 24 }),
    ];
    for (const phi of wrong)
      expect(() => repeatedNetwork(phi)).toThrow(
        /^repeatedNetwork expects .* got "(lp" in dimension 1|continuous" in dimension [12]) with \["/,
      );
  });
});
