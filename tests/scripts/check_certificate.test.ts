import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  approximateContinuous,
  approximateLp,
  checkCertificate,
  gallery,
  type NetworkJson,
  networkFromJSON,
  networkToJSON,
  proveError,
  type ReluNetwork,
} from "../../src/theory";
import { ROOT } from "../helpers/root";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "check-certificate-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");

/** What the checker in Python says of two files. */
function checkInPython(certificate: unknown, network: ReluNetwork | NetworkJson) {
  const [file, other] = ["certificate.json", "network.json"].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  fs.writeFileSync(file, typeof certificate === "string" ? certificate : JSON.stringify(certificate));
  fs.writeFileSync(other, JSON.stringify("format" in network ? network : networkToJSON(network)));
  const { status, stdout, stderr } = spawnSync(
    python,
    [path.join(ROOT, "scripts/check_certificate.py"), file, other],
    {
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    },
  );
  return { status, out: `${stdout}${stderr}`.trim() };
}

const few = approximateContinuous(gallery.kink(), { n: 3 });
const lp = approximateLp(gallery.kink(), { n: 2 });
const cubes = [0, 1, 2, 3].map((k) => [[k / 4, k === 3 ? 1 : (k + 1) / 4 - lp.delta] as const]);
const cases = [
  ["continuous", few, proveError(few.network, few.target)],
  ["continuous, L²", few, proveError(few.network, few.target, { norm: 2, maxBoxes: 60 })],
  ["Theorem 2.1 off its strips", lp, proveError(lp.network, lp.target, { boxes: cubes })],
  [
    "Hölder, large numbers",
    approximateContinuous(gallery.holderHalf(), { n: 2 }),
    proveError(approximateContinuous(gallery.holderHalf(), { n: 2 }).network, gallery.holderHalf(), {
      maxBoxes: 60,
    }),
  ],
  [
    "the plane",
    approximateContinuous(gallery.eggBox(), { n: 1 }),
    proveError(approximateContinuous(gallery.eggBox(), { n: 1 }).network, gallery.eggBox(), { maxBoxes: 60 }),
  ],
] as const;

test.each(cases)(
  "%s: the second checker, in Python, proves what the first one does",
  (_, phi, { certificate }) => {
    const { lower, upper, boxes, volume, within } = checkCertificate(certificate, phi.network);
    const { status, out } = checkInPython(certificate, phi.network);
    const where = within.map(([from, to]) => `[${from}, ${to}]`).join(" × ");
    expect(out).toContain(`on ${boxes} boxes of volume ${volume} within ${where}`);
    expect(status).toBe(0);
    const [, low, high] = /^proved: (\S+) ≤ ‖φ − f‖ ≤ (\S+) /.exec(out)!;
    expect([Number(low), Number(high)]).toEqual([lower, upper]);
  },
);

test("both refuse what is not proved, with the same place", () => {
  const { certificate } = cases[0][2];
  const [first] = certificate.boxes;
  for (const file of [
    { ...certificate, upper: certificate.upper * (1 - 2 ** -30) },
    { ...certificate, lower: certificate.upper },
    { ...certificate, boxes: [{ ...first, tree: first!.tree.slice(0, -1) }] },
    { ...certificate, boxes: [{ ...first, tree: [...first!.tree, [0.5]] }] },
    { ...certificate, boxes: [first, first] },
    { ...certificate, network: `${certificate.network}0` },
    { ...certificate, witness: { point: [-1], value: 0 } },
    { ...certificate, format: "certificate/0" },
    { ...cases[1][2].certificate, upper: cases[1][2].certificate.lower },
  ]) {
    let place = "";
    try {
      checkCertificate(file, few.network);
    } catch (error) {
      place = /certificate\/1, [^:]*:/.exec((error as Error).message)![0];
    }
    expect(place).not.toBe("");
    const { status, out } = checkInPython(file, few.network);
    expect(out.slice(0, place.length)).toBe(place);
    expect(status).toBe(1);
  }
});

/** Of cases[0], so loose that only the changed place can be refused. */
const loose = {
  ...cases[0][2].certificate,
  lower: 0,
  upper: 100,
  boxes: [{ box: [[0, 1]], tree: [[0.5]] }],
};

test("both say where the boxes are, and never a volume of 1 if the least part of it is missing", () => {
  for (const [boxes, volume, within] of [
    [[[0, 1]], "1", "[0, 1]"],
    [[[5, 6]], "1", "[5, 6]"],
    [
      [
        [0, 0.5],
        [0.5 + 2 ** -24, 1],
      ],
      "0.9999999403953552",
      "[0, 1]",
    ],
    [[[2 ** -70, 1]], "0.9999999999999999", "[8.470329472543003e-22, 1]"],
  ] as const) {
    const file = { ...loose, boxes: boxes.map((side) => ({ box: [side], tree: [[0.5]] })) };
    const checked = checkCertificate(file, few.network);
    expect(String(checked.volume)).toBe(volume);
    expect(`[${checked.within[0]!.join(", ")}]`).toBe(within);
    expect(checkInPython(file, few.network).out).toContain(`of volume ${volume} within ${within}`);
  }
});

test.each<[string, object | string, RegExp]>([
  ["a negative λ", { ...loose, modulus: { lipschitz: -100 } }, /^certificate\/1, modulus: /],
  ["α = 0", { ...loose, modulus: { holder: { lambda: 1, alpha: 0 } } }, /^certificate\/1, modulus: /],
  [
    "an α beside a power of two",
    { ...loose, modulus: { holder: { lambda: 1, alpha: 2 ** -8 - 2 ** -61 } } },
    /^certificate\/1, modulus: /,
  ],
  ["α in quotes", { ...loose, modulus: { holder: { lambda: 1, alpha: "1" } } }, /^certificate\/1, modulus: /],
  ["true for a norm", { ...loose, norm: true }, /^certificate\/1, norm: /],
  ["true for an axis", { ...loose, boxes: [{ box: [[0, 1]], tree: [true] }] }, /boxes\[0\]\.tree\[0\]: /],
  [
    "a box in quotes",
    { ...loose, boxes: [{ box: [["0", "1"]], tree: [[0.5]] }] },
    /^certificate\/1, boxes\[0\]\.box: /,
  ],
  [
    "a witness that is no number",
    { ...loose, lower: 2 ** -9, witness: { point: [null], value: 1 } },
    /^certificate\/1, witness: /,
  ],
  [
    "an upper end beyond float64",
    JSON.stringify(loose).replace('"upper":100', `"upper":1${"0".repeat(400)}`),
    /^certificate\/1, upper: /,
  ],
  ["no object", "null", /^certificate\/1/],
])("%s is refused by both, and by the second checker with a place", (_, file, place) => {
  expect(checkInPython(loose, few.network).status).toBe(0);
  const text = typeof file === "string" ? file : JSON.stringify(file);
  expect(() => checkCertificate(JSON.parse(text), few.network)).toThrow(/certificate/i);
  const { status, out } = checkInPython(text, few.network);
  expect(out).toMatch(place);
  expect(out).not.toContain("Traceback");
  expect(status).toBe(1);
});

test("what is no network is refused by both, although its checksum is right", () => {
  type Plain = {
    layers: { width: number; activation: string; weights: unknown[][]; biases: unknown[][] }[];
  };
  const changes: ((layers: Plain["layers"]) => void)[] = [
    ([first]) => Object.assign(first!, { activation: "tanh" }),
    (layers) => Object.assign(layers.at(-1)!, { width: 2 }),
    ([, second]) => second!.weights[0]!.splice(1, 1, -1),
    ([first]) => first!.weights.push(first!.weights[0]!),
    (layers) => {
      for (const { biases } of layers) biases.push(...biases);
    },
    ([first]) => first!.weights[0]!.splice(2, 1, "1_0"),
    ([first]) => first!.weights[0]!.splice(3, 1, 0.5),
  ];
  for (const change of changes) {
    const { checksum: _, ...network } = structuredClone(networkToJSON(few.network)) as NetworkJson;
    change((network as unknown as Plain).layers);
    const checksum = `sha256:${createHash("sha256").update(JSON.stringify(network)).digest("hex")}`;
    const file = { ...network, checksum } as NetworkJson;
    expect(() =>
      checkCertificate({ ...loose, network: checksum }, networkFromJSON(JSON.stringify(file))),
    ).toThrow();
    const { status, out } = checkInPython({ ...loose, network: checksum }, file);
    expect(out).toMatch(/^certificate\/1, network(: φ must|\.layers\[\d+\]\.)/);
    expect(status).toBe(1);
  }
});
