import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approximation,
  abs,
  add,
  affine,
  approximateContinuous,
  approximateLp,
  approximateUniform,
  type CertificateFile,
  certifyError,
  checkCertificate,
  compare,
  dyadic,
  encloseNetwork,
  evaluateNetwork,
  fromNumber,
  gallery,
  multiply,
  networkFromJSON,
  networkToJSON,
  type ProofOptions,
  proveError,
  reluNetwork,
  subtract,
  target,
} from "../../../src/theory";
import { squareRootAbove, strayFrom } from "../../../src/theory/proof/strayFrom";
import { granted } from "../../../src/theory/target/checkModulus";
import { anyNetwork } from "../relu/arbitrary";

const kink = gallery.kink(1);
const few = approximateContinuous(kink, { n: 3 });
/** The cubes of Theorem 2.1, without the strips. */
const cubes = ({ grid: { K, delta } }: Approximation) =>
  Array.from({ length: K }, (_, k) => [[k / K, k === K - 1 ? 1 : (k + 1) / K - delta] as const]);

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe("encloseNetwork", () => {
  test("holds the network's value at every point of the box, and is that value if the box is a point", () => {
    fc.assert(
      fc.property(
        anyNetwork(2, 1),
        fc.array(fc.tuple(unit, unit), { minLength: 2, maxLength: 2 }),
        fc.array(fc.tuple(unit, unit), { minLength: 8, maxLength: 8 }),
        (network, sides, shares) => {
          const box = sides.map(
            ([x, y]) => [fromNumber(Math.min(x, y)), fromNumber(Math.max(x, y))] as const,
          );
          const { low, high } = encloseNetwork(network, box);
          for (const share of shares) {
            const x = box.map(([from, to], i) =>
              add(from, multiply(subtract(to, from), fromNumber(share[i]!))),
            );
            const value = evaluateNetwork(network, x)[0]!;
            expect(compare(low, value)).toBeLessThanOrEqual(0);
            expect(compare(value, high)).toBeLessThanOrEqual(0);
            expect(
              encloseNetwork(
                network,
                x.map((t) => [t, t] as const),
              ),
            ).toEqual({ low: value, high: value });
          }
        },
      ),
    );
  });

  test("is exact on a cube of Theorem 2.1, whatever the steepness of its steps", () => {
    const phi = approximateLp(gallery.smooth(2), { n: 2 });
    const end = fromNumber(0.5 - phi.delta);
    const box = [[dyadic(1n, -2), end] as const, [dyadic(1n, -1), fromNumber(0.75 - phi.delta)] as const];
    const value = phi.evaluateExactly([0.3, 0.6]);
    expect(encloseNetwork(phi.network, box)).toEqual({ low: value, high: value });
  });
});

describe("strayFrom", () => {
  test("a root is above √x by less than one part in 2^59", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 200n }), fc.integer({ min: -300, max: 300 }), (m, e) => {
        const x = dyadic(m, e);
        const root = squareRootAbove(x);
        expect(compare(multiply(root, root), x)).toBeGreaterThanOrEqual(0);
        const less = multiply(root, subtract(dyadic(1n), dyadic(1n, -59)));
        expect(compare(multiply(less, less), x)).toBeLessThan(0);
      }),
    );
  });

  test("grants more than checkModulus does", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e3, noNaN: true }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 2 ** -30, max: 1, noNaN: true }),
        (lambda, y, r) => {
          const square = multiply(fromNumber(r), fromNumber(r));
          const stray = strayFrom({ lipschitz: lambda }, y, square);
          expect(compare(stray, fromNumber(granted(lambda * r * (1 - 2 ** -50), y)))).toBeGreaterThan(0);
          const holder = strayFrom({ holder: { lambda, alpha: 0.5 } }, y, square);
          expect(
            compare(holder, fromNumber(granted(lambda * Math.sqrt(r) * (1 - 2 ** -50), y))),
          ).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("proveError and checkCertificate", () => {
  const proofs: [string, Approximation, ProofOptions][] = [
    ["continuous, supremum", few, {}],
    ["continuous, L²", few, { norm: 2, maxBoxes: 300 }],
    ["continuous in the plane", approximateContinuous(gallery.eggBox(), { n: 1 }), { maxBoxes: 300 }],
    ["a continuous walk", approximateContinuous(kink, { n: 3, parameters: "delta" }), {}],
    ["Hölder", approximateContinuous(gallery.holderHalf(), { n: 3 }), { maxBoxes: 300 }],
    ["2.1 off its strips", approximateLp(kink, { n: 3 }), { boxes: cubes(approximateLp(kink, { n: 3 })) }],
    ["2.1 in L³", approximateLp(kink, { n: 2 }), { norm: 3, boxes: cubes(approximateLp(kink, { n: 2 })) }],
    ["2.2 off its strips", approximateUniform(kink, { n: 2 }), { maxBoxes: 50 }],
  ];

  test.each(proofs)("%s: what is proved is checked, and agrees with certifyError", (_, phi, options) => {
    const { certificate, converged } = proveError(phi.network, phi.target, options);
    const text = JSON.stringify(certificate);
    const network = networkFromJSON(JSON.stringify(networkToJSON(phi.network)));
    const { lower, upper } = checkCertificate(JSON.parse(text), network, phi.target);
    expect(checkCertificate(JSON.parse(text), network)).toMatchObject({ lower, upper });
    expect(lower).toBeLessThanOrEqual(upper);
    const region = options.boxes === undefined ? "all" : "good";
    const other = certifyError(phi, { norm: options.norm ?? Infinity, region, maxCells: 20_000 });
    expect(lower).toBeLessThanOrEqual(other.upper);
    expect(upper).toBeGreaterThanOrEqual(other.lower);
    if (converged) expect(upper - lower).toBeLessThanOrEqual(upper / 10);
  });

  test("without strips the supremum is proved on the whole interval, below the construction's bound", () => {
    const { certificate, converged } = proveError(few.network, kink, { tolerance: few.bound / 20 });
    expect(converged).toBe(true);
    expect(certificate.upper).toBeLessThan(few.bound);
    expect(certificate.lower).toBeGreaterThan(0);
  });

  test("on the strips of Theorem 2.1 weights are huge: little is proved, and converged is false", () => {
    const phi = approximateLp(kink, { n: 3 });
    const { certificate, converged } = proveError(phi.network, kink, { maxBoxes: 40 });
    expect(converged).toBe(false);
    expect(certificate.upper).toBeGreaterThan(100);
    checkCertificate(certificate, phi.network, kink);
  });

  test("any ReLU network is certified: random ones, against the line x₁, at many points", () => {
    const line = target((x) => x[0]!, { dimension: 2, lipschitz: 1 });
    fc.assert(
      fc.property(anyNetwork(2, 1), fc.array(fc.tuple(unit, unit)), (network, points) => {
        const { certificate } = proveError(network, line, { maxBoxes: 30 });
        const { lower, upper } = checkCertificate(certificate, network, line);
        for (const x of points) {
          const error = abs(subtract(evaluateNetwork(network, x)[0]!, fromNumber(x[0])));
          expect(compare(error, fromNumber(upper))).toBeLessThanOrEqual(0);
        }
        expect(lower).toBeLessThanOrEqual(upper);
      }),
      { numRuns: 40 },
    );
  });

  test("x ↦ 2x against x: the error is 1, and both ends come near", () => {
    const double = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 2]] });
    const line = target((x) => x[0]!, { dimension: 1, lipschitz: 1 });
    const { certificate } = proveError(double, line, { tolerance: 1e-2 });
    expect(certificate.lower).toBeGreaterThan(0.98);
    expect(certificate.upper).toBeLessThan(1.01);
  });
});

describe("a tampered certificate", () => {
  const { certificate } = proveError(few.network, kink, {});
  const inLp = proveError(few.network, kink, { norm: 2, maxBoxes: 100 }).certificate;
  const inThirds = proveError(few.network, kink, {
    boxes: [[[0.25, 0.5]], [[0, 0.25]], [[0.5, 1]]],
    maxBoxes: 50,
  }).certificate;
  const leaf = certificate.boxes[0]!.tree.findIndex((entry) => Array.isArray(entry));
  const withTree = (change: (tree: (number | readonly [number])[]) => void): CertificateFile => {
    const copy = structuredClone(certificate) as unknown as {
      boxes: { tree: (number | readonly [number])[] }[];
    };
    change(copy.boxes[0]!.tree);
    return copy as unknown as CertificateFile;
  };

  test.each<[string, unknown, RegExp]>([
    [
      "a smaller upper end",
      { ...certificate, upper: certificate.upper * 0.99 },
      /boxes\[0\]\.tree\[\d+\]: \|φ − f\| may be .* more than upper/,
    ],
    [
      "a larger lower end",
      { ...certificate, lower: certificate.upper },
      /witness: \|φ − f\| is only .* less than lower/,
    ],
    [
      "a smaller power",
      { ...inLp, upper: inLp.lower + (inLp.upper - inLp.lower) * 0.9 },
      /upper: the boxes' bounds add up to more/,
    ],
    ["a larger power", { ...inLp, lower: inLp.upper }, /lower: the boxes' bounds add up to less/],
    [
      "a witness outside",
      { ...certificate, witness: { point: [2], value: 1 } },
      /witness: the point is in none of the boxes/,
    ],
    [
      "a witness whose value f has not",
      { ...certificate, witness: { ...certificate.witness, value: 9 } },
      /witness: f\(.*\) is .* but the file says 9/,
    ],
    [
      "another network",
      { ...certificate, network: "sha256:0" },
      /network: this is the certificate of "sha256:0"/,
    ],
    ["a box that is left out", { ...certificate, boxes: [] }, /boxes: expected a list of boxes; got \[\]/],
    [
      "a box turned round",
      { ...certificate, boxes: [{ ...certificate.boxes[0], box: [[1, 0]] }] },
      /boxes\[0\]\.box: expected 1 pairs from < to/,
    ],
    [
      "a box twice",
      { ...certificate, boxes: [certificate.boxes[0], certificate.boxes[0]] },
      /boxes\[1\]\.box: it overlaps boxes\[0\]\.box/,
    ],
    [
      "a box in place of its neighbour, which overlaps another",
      {
        ...inThirds,
        boxes: inThirds.boxes.map((each, i) => (i === 2 ? { ...each, box: [[0.4, 1]] } : each)),
      },
      /boxes\[2\]\.box: it overlaps boxes\[0\]\.box/,
    ],
    [
      "a norm that counts all boxes four times",
      { ...inLp, lower: inLp.lower * 2, upper: inLp.upper * 2, boxes: Array(4).fill(inLp.boxes[0]) },
      /boxes\[1\]\.box: it overlaps boxes\[0\]\.box/,
    ],
    ["another format", { ...certificate, format: "certificate/2" }, /format: expected "certificate\/1"/],
    [
      "a norm between",
      { ...certificate, norm: 1.5 },
      /norm: expected "Infinity" or an integer from 1 to 64; got 1\.5/,
    ],
    ["no modulus", { ...certificate, modulus: {} }, /modulus: expected lipschitz or holder/],
    [
      "a tree that ends early",
      withTree((tree) => tree.pop()),
      /boxes\[0\]\.tree\[\d+\]: the tree ends, and 1 boxes are not filled/,
    ],
    [
      "a tree with one more leaf",
      withTree((tree) => tree.push([0.5])),
      /the boxes before this are all there is to fill/,
    ],
    [
      "an axis that is none",
      withTree((tree) => tree.unshift(1)),
      /tree\[0\]: expected an axis from 0 to 0; got 1/,
    ],
    [
      "a value that f has not",
      withTree((tree) => tree.splice(leaf, 1, [0.123])),
      /boxes\[0\]\.tree\[\d+\]: f\(.*\) is .*, but the file says 0\.123/,
    ],
    [
      "a leaf that is none",
      withTree((tree) => tree.splice(leaf, 1, ["0.1"] as never)),
      /expected an axis or \[f\(centre\)\]; got/,
    ],
  ])("%s is refused with the place", (_, file, message) => {
    expect(() => checkCertificate(file, few.network, kink)).toThrow(message);
  });

  test("every single change of a digit in its text is refused, or leaves a true claim", () => {
    const text = JSON.stringify(certificate);
    const digits = [...text.matchAll(/[1-8]/g)].map(({ index }) => index);
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...digits), (at) => {
        const changed = JSON.parse(`${text.slice(0, at)}${Number(text[at]) + 1}${text.slice(at + 1)}`);
        try {
          const { lower, upper } = checkCertificate(changed, few.network, kink);
          expect(upper).toBeGreaterThanOrEqual(certificate.lower);
          expect(lower).toBeLessThanOrEqual(certificate.upper);
        } catch (error) {
          expect(String(error)).toMatch(
            /certificate\/1, (network|format|norm|lower|upper|modulus|boxes|witness)|cannot|alpha/,
          );
          refused++;
        }
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(30);
  });

  test("what is left when a box is taken away is told by its volume", () => {
    expect(checkCertificate(inThirds, few.network, kink).volume).toBe(1);
    const two = { ...inThirds, boxes: inThirds.boxes.slice(0, 2) };
    expect(() => checkCertificate({ ...two, lower: 0 }, few.network, kink)).not.toThrow();
    expect(checkCertificate({ ...two, lower: 0 }, few.network, kink)).toMatchObject({
      volume: 0.5,
      within: [[0, 0.5]],
    });
  });

  test.each([Infinity, 1])(
    "weights beyond float64 are not certified in the norm %s: converged is false",
    (norm) => {
      const entry = { row: 0, column: 0, value: dyadic(1n, 1000) };
      const huge = reluNetwork([
        { inputs: 1, width: 1, activation: "relu", weights: [entry], biases: [] },
        { inputs: 1, width: 1, activation: "identity", weights: [entry], biases: [] },
      ]);
      const proof = proveError(huge, kink, { norm, maxBoxes: 40 });
      expect(proof.converged).toBe(false);
      expect(proof.certificate.upper).toBe(Infinity);
      const file = JSON.parse(JSON.stringify(proof.certificate));
      expect(() => checkCertificate(file, huge, kink)).toThrow(/upper: expected a number ≥ lower; got null/);
    },
  );

  test("options and moduli that cannot be written are refused", () => {
    const refused = (options: unknown, message: RegExp) =>
      expect(() => proveError(few.network, kink, options as ProofOptions)).toThrow(message);
    refused({ norm: 1.5 }, /norm must be an integer from 1 to 64; got 1\.5/);
    refused({ tolerance: -1 }, /tolerance must be a number ≥ 0; got -1/);
    refused(
      { boxes: [[[0, 0.5]], [[0.25, 1]]] },
      /boxes must not overlap; got \[\[0, 0\.5\]\] and \[\[0\.25, 1\]\]/,
    );
    refused({ boxes: [[[1, 0]]] }, /boxes\[0\] must be 1 pairs from < to/);
    refused({ maxBoxes: 0 }, /maxBoxes must be an integer of at least 1; got 0/);
    const own = target((x) => x[0]!, { dimension: 1, modulus: (r) => r });
    expect(() => proveError(few.network, own)).toThrow(/a function cannot be written down/);
    const rough = target((x) => x[0]!, { dimension: 1, holder: { lambda: 1, alpha: 0.3 } });
    expect(() => proveError(few.network, rough)).toThrow(/alpha = 1, 1\/2, 1\/4, …, .* got 0\.3/);
    expect(() => proveError(few.network, gallery.eggBox())).toThrow(/a function of 2 variables/);
  });
});
