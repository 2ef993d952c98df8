import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  compare,
  countParameters,
  createGrid,
  cubeOfIndex,
  depthOf,
  dyadic,
  evaluateNetwork,
  extractedBit,
  extractionNetwork,
  fromNumber,
  indexNetwork,
  indexOfCube,
  indexValue,
  isTrifling,
  nextDown,
  nextUp,
  packKeyParameters,
  phiOne,
  phiTwo,
  powerNetwork,
  sawtoothNetwork,
  scale,
  stepNetwork,
  stepValue,
  thresholdNetwork,
  toNumber,
  unpackBit,
  widthOf,
} from "../../../src/theory";
import { ONE, ZERO } from "../../../src/theory/exact/dyadic";
import { digitWords, extractedSumNearby } from "../../../src/theory/network/extractedBit";
import { anyHardPoint, hardCoordinates } from "../expectations";

const grids = [
  createGrid(1, 1, 0),
  createGrid(1, 3, 0),
  createGrid(1, 4, 9),
  createGrid(2, 2, 0),
  createGrid(2, 3, 30),
  createGrid(3, 1, 5),
];

describe("cubes", () => {
  test("ϱ numbers the cubes 1..J, one after another along the first axis", () => {
    for (const grid of grids) {
      for (let j = 1; j <= grid.J; j++) expect(indexOfCube(grid, cubeOfIndex(grid, j))).toBe(j);
      expect(cubeOfIndex(grid, 2)).toEqual(grid.d === 1 ? [1] : [1, ...Array(grid.d - 1).fill(0)]);
    }
  });

  test("the trifling region is k/K − δ < x_i < k/K, its ends excluded", () => {
    for (const grid of grids)
      for (const x of hardCoordinates(grid)) {
        let inside = false;
        for (let k = 1; k < grid.K; k++) if (x > k / grid.K - grid.delta && x < k / grid.K) inside = true;
        expect(isTrifling({ ...grid, d: 1 }, [x])).toBe(inside);
      }
  });

  test("the trifling region is where g lies between two integers, also outside of the cube", () => {
    for (const grid of grids) {
      const line = { ...grid, d: 1 };
      const network = stepNetwork(grid);
      const beside = [-grid.delta, -grid.delta / 2, -1 / grid.K - grid.delta / 2, -0, 1 + grid.delta / 2];
      const inside = hardCoordinates(grid);
      const points = [-5, -1, -5e-324, 1.5, 2, 1e300, -1e300, ...beside, ...inside];
      for (const x of points.flatMap((t) => [
        t - grid.delta,
        t,
        t + grid.delta,
        -t,
        nextUp(t),
        nextDown(t),
      ])) {
        const between = evaluateNetwork(network, [x])[0]!.e < 0;
        if (isTrifling(line, [x]) !== between)
          expect.fail(`isTrifling(${x}) is ${!between} for K = ${grid.K}`);
      }
    }
  });

  test("of three copies x − δ, x, x + δ at most one has a mad vote, also where copies leave the cube", () => {
    const grid = createGrid(1, 3, 6);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i <= 4000; i++)
      counts[[-1, 0, 1].filter((by) => isTrifling(grid, [i / 4000 + by * grid.delta])).length]!++;
    expect(counts).toEqual([2699, 1302, 0, 0]);
    expect(isTrifling(grid, [-grid.delta / 2])).toBe(false);
  });

  test("points of another length, no numbers and cubes that are not there are refused", () => {
    const grid = createGrid(2, 3, 0);
    expect(() => isTrifling(grid, [0.5])).toThrow("isTrifling expects 2 coordinates in an array; got [0.5]");
    expect(() => isTrifling(grid, 0.5 as never)).toThrow("expects 2 coordinates in an array; got 0.5");
    expect(() => isTrifling(grid, [0.5, Number.NaN])).toThrow("coordinate 1 must be a number; got NaN");
    for (const j of [0, 65, 1.5, Number.NaN])
      expect(() => cubeOfIndex(grid, j)).toThrow(`j must be an integer from 1 to J = 64; got ${j}`);
    for (const beta of [
      [0, 8],
      [-1, 0],
      [0.5, 0],
    ])
      expect(() => indexOfCube(grid, beta)).toThrow("must be an integer from 0 to K − 1 = 7");
    expect(() => indexOfCube(grid, [0])).toThrow("indexOfCube expects 2 coordinates in an array; got [0]");
    expect(() => indexValue(grid, [ZERO])).toThrow(
      "indexValue expects 2 coordinates in an array; got [an object with m, e]",
    );
    expect(() => indexValue(grid, [ZERO, ZERO], [1])).toThrow("shift");
    expect(() => phiOne(grid, [1])).toThrow("shift");
    expect(() => indexNetwork(grid, [0.5, 0])).toThrow("shift");
  });

  test("its measure is at most d·K·δ", () => {
    for (const grid of grids) {
      const strips = (grid.K - 1) * grid.delta;
      expect(1 - (1 - strips) ** grid.d).toBeLessThanOrEqual(grid.d * grid.K * grid.delta);
    }
  });
});

describe("step function and index", () => {
  test.each(grids)("g is k on the k-th interval and its closed form everywhere ($d, $n, $q)", (grid) => {
    const network = stepNetwork(grid);
    for (const x of hardCoordinates(grid)) {
      const value = evaluateNetwork(network, [x])[0]!;
      expect(value).toEqual(stepValue(grid, fromNumber(x)));
      if (!isTrifling({ ...grid, d: 1 }, [x]))
        expect(toNumber(value)).toBe(Math.min(Math.floor(x * grid.K), grid.K - 1));
    }
  });

  test.each(grids)(
    "ϱ is an integer on the cubes, within [1, J] everywhere, also shifted ($d, $n, $q)",
    (grid) => {
      fc.assert(
        fc.property(
          anyHardPoint(grid),
          fc.array(fc.integer({ min: -1, max: 1 }), { minLength: grid.d, maxLength: grid.d }),
          (x, shift) => {
            const rho = evaluateNetwork(indexNetwork(grid, shift), x)[0]!;
            expect(rho).toEqual(indexValue(grid, x.map(fromNumber), shift));
            expect(compare(rho, ONE)).not.toBe(-1);
            expect(compare(rho, dyadic(BigInt(grid.J)))).not.toBe(1);
            if (shift.every((s) => s === 0) && !isTrifling(grid, x)) expect(rho.e).toBeGreaterThanOrEqual(0);
          },
        ),
      );
    },
  );

  test.each([2, 4, 8, 64])("h(j) = 4^j for j = 1..%i, linear between", (J) => {
    const h = powerNetwork(J);
    for (let j = 1; j <= J; j++) expect(evaluateNetwork(h, [j])).toEqual([dyadic(1n, 2 * j)]);
    for (let j = 1; j < J; j++) expect(evaluateNetwork(h, [j + 0.5])).toEqual([dyadic(5n, 2 * j - 1)]);
  });

  test.each(grids)("φ₁ is 4^ϱ on the cubes ($d, $n, $q)", (grid) => {
    const network = phiOne(grid);
    expect(countParameters(network).intrinsic).toBe(0);
    for (let j = 1; j <= grid.J; j++) {
      const corner = cubeOfIndex(grid, j).map((k) => k / grid.K);
      expect(evaluateNetwork(network, corner)).toEqual([dyadic(1n, 2 * j)]);
    }
  });
});

describe("bit extraction", () => {
  const anyDigits = fc.integer({ min: 1, max: 32 }).chain((J) =>
    fc.record({
      J: fc.constant(J),
      bits: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: J, maxLength: J }),
    }),
  );

  test("every list of bits is packed as their sum, of an odd number of cubes too", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 41 }), (bits) => {
        const [a] = packKeyParameters(bits, 1);
        const sum = bits.reduce((total, bit) => 4n * total + BigInt(bit), 0n);
        expect(a).toEqual(dyadic(sum, -2 * bits.length));
      }),
    );
  });

  test("a grid and bits are refused where a part of them would be lost", () => {
    expect(() => createGrid(0, 3, 5)).toThrow("d must be a positive integer (coordinates of a point); got 0");
    expect(() => createGrid(1, 3, undefined as never)).toThrow("q must be an integer");
    expect(() => createGrid(1, 3, 5.5)).toThrow("q must be an integer (the strips are 2^−q wide); got 5.5");
    expect(() => packKeyParameters([1, 2], 1)).toThrow("level 1 must be an integer from 0 to 2^1 − 1; got 2");
    expect(() => packKeyParameters([1, 0.5], 1)).toThrow("level 1 must be");
    expect(() => packKeyParameters([1, 0], 0)).toThrow("n must be an integer from 1 to 31; got 0");
    expect(() => unpackBit(ONE, 0)).toThrow("unpackBit: j must be a positive integer; got 0");
  });

  test("g̃(T(4^j·a)) is the j-th bit of a", () => {
    fc.assert(
      fc.property(anyDigits, ({ J, bits }) => {
        const [a] = packKeyParameters(bits, 1);
        const network = extractionNetwork(J);
        bits.forEach((bit, i) => {
          expect(unpackBit(a!, i + 1)).toBe(bit);
          expect(evaluateNetwork(network, [scale(a!, 2 * (i + 1))])).toEqual([dyadic(BigInt(bit))]);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("between the indices the network is its closed form", () => {
    fc.assert(
      fc.property(
        anyDigits,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ J, bits }, t) => {
          const [a] = packKeyParameters(bits, 1);
          const digits = a!.m << BigInt(a!.e + 2 * J);
          const exact = fromNumber(t);
          for (let j = 1; j < J; j++) {
            const y = evaluateNetwork(powerNetwork(J), [
              dyadic((BigInt(j) << 1074n) + (exact.m << BigInt(1074 + exact.e)), -1074),
            ])[0]!;
            const value = evaluateNetwork(extractionNetwork(J), [dyadic(y.m * a!.m, y.e + a!.e)])[0]!;
            expect(extractedBit(digits, J, j, exact)).toEqual(value);
            expect(compare(value, ZERO) >= 0 && compare(value, ONE) <= 0).toBe(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("the digits nearby enclose what all digits give, within 2^−115, often exactly", () => {
    let known = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc
          .integer({ min: 1, max: 150 })
          .chain((half) => fc.array(fc.nat(15), { minLength: 2 * half, maxLength: 2 * half })),
        fc.integer({ min: 1, max: 2 ** 40 - 1 }).map((m) => m * 2 ** -40),
        fc.nat(1000),
        (n, levels, t, index) => {
          const J = levels.length;
          const digits = packKeyParameters(
            levels.map((level) => level >> (4 - n)),
            n,
          ).map((a) => a.m << BigInt(a.e + 2 * J));
          const j = 1 + (index % J);
          const exact = digits.reduce(
            (sum, each, l) => add(sum, scale(extractedBit(each, J, j, fromNumber(t)), -l - 1)),
            ZERO,
          );
          const sum = extractedSumNearby(
            digits.map((each) => digitWords(each, J)),
            j,
            fromNumber(t),
          )!;
          expect(compare(dyadic(sum.low, -sum.places), exact)).toBeLessThanOrEqual(0);
          expect(compare(dyadic(sum.high, -sum.places), exact)).toBeGreaterThanOrEqual(0);
          expect(Number(sum.high - sum.low) * 2 ** -sum.places).toBeLessThan(2 ** -115);
          if (sum.low === sum.high) known++;
        },
      ),
      { numRuns: 600 },
    );
    expect(known).toBeGreaterThan(60);
  });

  test("extraction has width 2 and depth 2J + 2 before its output", () => {
    for (const J of [2, 8, 32]) {
      expect(widthOf(extractionNetwork(J))).toBe(2);
      expect(depthOf(extractionNetwork(J))).toBe(2 * J + 2 + 1);
      expect(countParameters(phiTwo(3, J)).nonzero).toBe(12 * 3 * J + 12 * 3);
    }
  });

  test("the sawtooth is 1 − |1 − (y mod 2)|", () => {
    const T = sawtoothNetwork(2);
    for (let y = 0; y <= 32; y += 1 / 16)
      expect(toNumber(evaluateNetwork(T, [y])[0]!)).toBe(1 - Math.abs(1 - (y % 2)));
  });

  test("the threshold is 0 up to 1/3 and 1 from 2/3", () => {
    const g = (x: number) => toNumber(evaluateNetwork(thresholdNetwork(), [x])[0]!);
    expect([0, 0.25, 0.333, 0.5, 0.75, 1].map(g)).toEqual([0, 0, 0, 0.5, 1, 1]);
  });
});
