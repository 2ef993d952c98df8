import { describe, expect, test } from "vitest";
import { builtNetwork, numbersWith, placeAt, placeOf, withDigits } from "../../../site/first/builtNetwork";
import { type Construction, firstChoice } from "../../../site/first/choice";
import { knownLambda } from "../../../site/first/knownLambda";
import { claim, upTo } from "../../../site/first/said";
import {
  dyadic,
  evaluateNetwork,
  fromNumber,
  networkFromJSON,
  networkToJSON,
  toNumber,
} from "../../../src/theory";

const build = (construction: Construction, n: number, source = "|x - 0.5|") => {
  const known = knownLambda(source);
  return builtNetwork(known, known.lambda!, { ...firstChoice, source, n, construction });
};

test("|x − 0.5| is held by 10 numbers with error ≤ 0.02 at n = 8, by three in the other construction", () => {
  expect(claim(build("uniform", 8), 1)).toEqual({ numbers: "10", error: "0.02", with: "λ = 1, n = 8" });
  expect(claim(build("three", 8), 1).numbers).toBe("3");
});

test("a bound is rounded up, so that what is said stays true", () => {
  expect([0.0195, 0.03101, 0.0312500001, 5, 0.1, 123].map(upTo)).toEqual([
    "0.02",
    "0.032",
    "0.032",
    "5",
    "0.1",
    "130",
  ]);
});

test("without jumps 10 numbers hold |x − 0.5| with a sixth of that error", () => {
  const { phi, levels } = build("continuous", 8);
  expect(claim({ phi, levels, kind: "corner" }, 1)).toEqual({
    numbers: "10",
    error: "0.003",
    with: "λ = 1, n = 8",
  });
  expect(build("uniform", 8).phi.bound / phi.bound).toBeGreaterThan(6);
});

test("a place is found again from the middle of the part that it stands for", () => {
  for (const construction of ["uniform", "continuous"] as const) {
    const built = build(construction, 3);
    const places = [...built.levels.keys()];
    expect(
      places.map((place) => placeAt(built, (placeOf(built, place)[0] + placeOf(built, place)[1]) / 2)),
    ).toEqual(places);
    expect([placeAt(built, -1), placeAt(built, 2)]).toEqual([0, places.length - 1]);
  }
});

describe.each(["uniform", "lp", "three", "continuous"] as const)("%s: a flipped digit", (construction) => {
  const built = build(construction, 3);
  const { levels, phi, kind } = built;
  const centres = Float64Array.from(levels, (_, j) =>
    kind === "corner" ? j / (levels.length - 1) : (j + 0.5) / levels.length,
  );
  const before = phi.evaluate(centres);

  test("moves its step or corner by s·2^−ℓ, and no other", () => {
    for (let cube = 0; cube < levels.length; cube++)
      for (let l = 1; l <= 3; l++) {
        const flipped = levels.slice();
        flipped[cube] ^= 1 << (3 - l);
        const after = withDigits(built, flipped)(centres);
        const moved = [...after].map((value, j) => Math.abs(value - before[j]));
        expect(moved.filter((_, j) => j !== cube).every((by) => by === 0)).toBe(true);
        expect(moved[cube]).toBeCloseTo(toNumber(phi.intrinsic.s) * 2 ** -l, 12);
      }
  });

  test("is what the whole network computes with the changed numbers in place of its own", () => {
    const flipped = levels.slice();
    flipped[5] ^= 0b101;
    const numbers = numbersWith(built, flipped);
    expect(numbersWith(built, levels)).toEqual(phi.intrinsic);
    const file = networkToJSON(phi.network) as unknown as {
      checksum?: string;
      layers: { weights: unknown[][]; biases: unknown[][] }[];
    };
    delete file.checksum;
    for (const { weights, biases } of file.layers) {
      const put = (entry: unknown[], at: number) => {
        const name = entry[at + 2];
        if (typeof name !== "string") return;
        const { m, e } = dyadic(numbers[name].m, numbers[name].e);
        entry[at] = String(m);
        entry[at + 1] = e;
      };
      for (const entry of weights) put(entry, 2);
      for (const entry of biases) put(entry, 1);
    }
    const network = networkFromJSON(JSON.parse(JSON.stringify(file)));
    const values = withDigits(built, flipped)(centres);
    for (const [j, x] of centres.entries())
      expect(toNumber(evaluateNetwork(network, [fromNumber(x)])[0])).toBe(values[j]);
  });
});

test("a λ that a reader gives is refused where two points contradict it", () => {
  expect(knownLambda("sqrt(x)").lambda).toBeUndefined();
  expect(() => knownLambda("sqrt(x)", 3)).toThrow("λ = 3 is too small: between x = 0 and 0.000244140625");
  expect(() => knownLambda("1/(x - 0.5)")).toThrow("The formula has no finite value at x = 0.5.");
  expect(knownLambda("sqrt(x)", 64)).toMatchObject({ lambda: 64, origin: "given" });
});
